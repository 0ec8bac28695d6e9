/* sanitizer.h - which sanitizer this is compiled for: gcc tells it by a macro of its own, clang by __has_feature.
 *
 * SANITIZER_ADDRESS and SANITIZER_THREAD are 0 or 1, for #if. */
#ifndef BASE_SANITIZER_H
#define BASE_SANITIZER_H

#ifdef __has_feature
#define SANITIZER_ADDRESS __has_feature(address_sanitizer)
#define SANITIZER_THREAD  __has_feature(thread_sanitizer)
#else
#ifdef __SANITIZE_ADDRESS__
#define SANITIZER_ADDRESS 1
#else
#define SANITIZER_ADDRESS 0
#endif
#ifdef __SANITIZE_THREAD__
#define SANITIZER_THREAD 1
#else
#define SANITIZER_THREAD 0
#endif
#endif

#endif
