# Writes a C file that holds files as octets:
# cmake -DOUTPUT=x.c -DHEADER=x.h -DPREFIX=mappings -DFILES=a.json;b.json -P EmbedFiles.cmake
# A file a.json becomes `const struct bytes mappings_a`, which HEADER declares.
set(text "#include \"${HEADER}\"\n")
foreach(file ${FILES})
    cmake_path(GET file STEM name)
    file(READ ${file} octets HEX)
    string(REGEX REPLACE "(..)" "0x\\1," octets ${octets})
    string(APPEND text "\nstatic const uint8_t ${name}_octets[] = {${octets}};\n"
                       "const struct bytes ${PREFIX}_${name} = {${name}_octets, sizeof ${name}_octets};\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
