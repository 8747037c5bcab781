# Warnings, hardening and sanitizers for every target of the tree.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

option(DNSIGHT_SANITIZE "address and undefined behaviour sanitizers" OFF)
option(DNSIGHT_SANITIZE_THREAD "thread sanitizer" OFF)
option(DNSIGHT_FUZZ "build the fuzz harnesses with libFuzzer (clang)" OFF)
option(DNSIGHT_BENCH "build the benchmark programs" OFF)

add_library(dnsight_flags INTERFACE)
target_include_directories(dnsight_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
target_compile_definitions(dnsight_flags INTERFACE _GNU_SOURCE DNSIGHT_VERSION="${PROJECT_VERSION}")
target_compile_options(dnsight_flags INTERFACE
    -include ${CMAKE_SOURCE_DIR}/core/base/banned.h
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wvla -Wcast-qual -Wcast-align
    -Wpointer-arith -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wundef -Wformat=2 -Wswitch-enum -Wimplicit-fallthrough -Wdouble-promotion -Wnull-dereference
    -Werror -fno-omit-frame-pointer)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    # Asserts stay on in release builds (docs/architecture.md). Level 3 and optimising across files
    # make reading a capture a tenth faster (bench/run).
    set(CMAKE_C_FLAGS_RELEASE "-O3 -g")
    include(CheckCCompilerFlag)
    include(CheckIPOSupported)
    check_ipo_supported(RESULT DNSIGHT_HAS_IPO LANGUAGES C)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${DNSIGHT_HAS_IPO})
    target_compile_options(dnsight_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection)
    target_link_options(dnsight_flags INTERFACE -pie -Wl,-z,relro,-z,now)
    # GCC copies and clears short memory with instructions that take long to start.
    check_c_compiler_flag(-mstringop-strategy=libcall DNSIGHT_HAS_STRINGOP)
    if(DNSIGHT_HAS_STRINGOP)
        target_compile_options(dnsight_flags INTERFACE -mstringop-strategy=libcall)
    endif()
endif()

set(DNSIGHT_SANITIZERS "")
if(DNSIGHT_SANITIZE)
    set(DNSIGHT_SANITIZERS -fsanitize=address,undefined -fno-sanitize-recover=all)
elseif(DNSIGHT_SANITIZE_THREAD)
    set(DNSIGHT_SANITIZERS -fsanitize=thread)
endif()
if(DNSIGHT_FUZZ)
    target_compile_options(dnsight_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_compile_options(dnsight_flags INTERFACE ${DNSIGHT_SANITIZERS})
target_link_options(dnsight_flags INTERFACE ${DNSIGHT_SANITIZERS})
