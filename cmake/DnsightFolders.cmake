# A folder of the tree with the rooms in it is a library; its main.c, if it has one, is a program and
# not part of it.

# dnsight_library(NAME FOLDER [PUBLIC libs...] [PRIVATE libs...])
function(dnsight_library name folder)
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c
         ${CMAKE_SOURCE_DIR}/${folder}/*/*.c)
    list(FILTER sources EXCLUDE REGEX "/main\\.c$")
    add_library(dnsight_${name} STATIC ${sources})
    target_link_libraries(dnsight_${name} PUBLIC dnsight_flags ${ARGN})
endfunction()

# dnsight_program(NAME FOLDER): FOLDER/main.c, its man page FOLDER/NAME.1.scd (or .8), installed.
function(dnsight_program name folder)
    add_executable(${name} ${CMAKE_SOURCE_DIR}/${folder}/main.c)
    target_link_libraries(${name} PRIVATE dnsight_${folder})
    install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    file(GLOB pages CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.scd)
    find_program(SCDOC scdoc REQUIRED)
    foreach(source ${pages})
        cmake_path(GET source STEM LAST_ONLY page)
        cmake_path(GET page EXTENSION LAST_ONLY section)
        string(SUBSTRING ${section} 1 1 section)
        set(output ${CMAKE_BINARY_DIR}/man/man${section}/${page})
        file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man/man${section})
        add_custom_command(OUTPUT ${output} COMMAND sh -c "'${SCDOC}' < '${source}' > '${output}'"
                           DEPENDS ${source} VERBATIM)
        add_custom_target(man_${page} ALL DEPENDS ${output})
        install(FILES ${output} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
    endforeach()
endfunction()

# dnsight_embed(TARGET HEADER PREFIX FILE...): the octets of files become part of a target, as
# HEADER declares them (see EmbedFiles.cmake).
function(dnsight_embed target header prefix)
    string(REGEX REPLACE "\\.h$" ".c" source ${header})
    set(output ${CMAKE_BINARY_DIR}/generated/${source})
    list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE files)
    set(script ${CMAKE_SOURCE_DIR}/cmake/EmbedFiles.cmake)
    add_custom_command(OUTPUT ${output}
                       COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${header} -DPREFIX=${prefix}
                               "-DFILES=${files}" -P ${script}
                       DEPENDS ${files} ${script} VERBATIM)
    target_sources(${target} PRIVATE ${output})
endfunction()
