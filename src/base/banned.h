/* banned.h - functions that this program does not call. A call is a compile error that says what to use.
 *
 * The Makefile includes this file before every source (-include), so it cannot be forgotten. The headers that declare the functions come
 * first, as macros of the same names would break the declarations. Only calls are caught: a variable may be named `random`.
 * The idea is git's banned.h.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <alloca.h>
#include <locale.h>
#include <time.h>
#include <unistd.h>

#define BANNED_PRAGMA(text) _Pragma(#text)
#define BANNED(message)     BANNED_PRAGMA(GCC error message)

/* They write without knowing how much room there is, or cut without saying so. */
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef stpcpy
#undef sprintf
#undef vsprintf
#undef gets
#define strcpy(...)   BANNED("strcpy is banned: use buf_lit, arena_str or memcpy")
#define strcat(...)   BANNED("strcat is banned: use buf_lit")
#define strncpy(...)  BANNED("strncpy is banned: use str_slice and memcpy")
#define strncat(...)  BANNED("strncat is banned: use buf_bytes")
#define stpcpy(...)   BANNED("stpcpy is banned: use buf_lit")
#define sprintf(...)  BANNED("sprintf is banned: use buf_fmt, arena_fmt or snprintf")
#define vsprintf(...) BANNED("vsprintf is banned: use vsnprintf")
#define gets(...)     BANNED("gets is banned: use fgets")

/* They change their input, or keep a state between calls. */
#undef strtok
#undef strtok_r
#undef strsep
#define strtok(...)   BANNED("strtok is banned: use str_split")
#define strtok_r(...) BANNED("strtok_r is banned: use str_split")
#define strsep(...)   BANNED("strsep is banned: use str_split")

/* They cannot say that the text is no number. */
#undef atoi
#undef atol
#undef atoll
#undef atof
#undef sscanf
#define atoi(...)   BANNED("atoi is banned: use str_to_i64")
#define atol(...)   BANNED("atol is banned: use str_to_i64")
#define atoll(...)  BANNED("atoll is banned: use str_to_i64")
#define atof(...)   BANNED("atof is banned: use json_parse and json_number")
#define sscanf(...) BANNED("sscanf is banned: use str_split and str_to_i64")

/* Memory comes from base/mem.h and arenas, which cannot fail, and never from the stack by a size that was computed. */
#undef malloc
#undef calloc
#undef realloc
#undef reallocarray
#undef strdup
#undef strndup
#undef asprintf
#undef vasprintf
#undef alloca
#define malloc(...)       BANNED("malloc is banned: use mem_alloc")
#define calloc(...)       BANNED("calloc is banned: use mem_array")
#define realloc(...)      BANNED("realloc is banned: use mem_resize")
#define reallocarray(...) BANNED("reallocarray is banned: use mem_array")
#define strdup(...)       BANNED("strdup is banned: use mem_dup or arena_str")
#define strndup(...)      BANNED("strndup is banned: use mem_dup or arena_str")
#define asprintf(...)     BANNED("asprintf is banned: use buf_fmt or arena_fmt")
#define vasprintf(...)    BANNED("vasprintf is banned: use buf_fmt or arena_fmt")
#define alloca(...)       BANNED("alloca is banned: use arena_alloc")

/* A shell in between. */
#undef system
#undef popen
#define system(...) BANNED("system is banned: use posix_spawn with an argument list")
#define popen(...)  BANNED("popen is banned: use posix_spawn with an argument list")

/* Guessable, or racing with others. */
#undef rand
#undef srand
#undef random
#undef srandom
#undef drand48
#undef tmpnam
#undef tempnam
#undef mktemp
#define rand(...)    BANNED("rand is banned: use token_random")
#define srand(...)   BANNED("srand is banned: use token_random")
#define random(...)  BANNED("random is banned: use token_random")
#define srandom(...) BANNED("srandom is banned: use token_random")
#define drand48(...) BANNED("drand48 is banned: use token_random")
#define tmpnam(...)  BANNED("tmpnam is banned: use mkostemp")
#define tempnam(...) BANNED("tempnam is banned: use mkostemp")
#define mktemp(...)  BANNED("mktemp is banned: use mkostemp")

/* They share one static result among threads, read the time zone, or make numbers depend on the country. */
#undef localtime
#undef gmtime
#undef ctime
#undef asctime
#undef mktime
#undef setlocale
#define localtime(...) BANNED("localtime is banned: use moment_format")
#define gmtime(...)    BANNED("gmtime is banned: use moment_format")
#define ctime(...)     BANNED("ctime is banned: use moment_format")
#define asctime(...)   BANNED("asctime is banned: use moment_format")
#define mktime(...)    BANNED("mktime is banned: use moment_parse")
#define setlocale(...) BANNED("setlocale is banned: the program stays in the C locale")

#endif
