/* err.h - how a function says that it failed.
 *
 * A small set of statuses, returned, and never ignored. Where a person wants detail, the function also fills a
 * `struct err`: `return err_set(err, E_LIMIT, "header over %u bytes", max);`. Detail goes to the log and to operators; what a
 * member or visitor reads comes from the catalogue (model/problem.h). `err` may be NULL where nobody wants the detail.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum status {
    OK = 0,
    E_INPUT, /* what came in does not follow the rules */
    E_LIMIT, /* over a ceiling of base/limits.h */
    E_NOT_FOUND,
    E_CONFLICT, /* somebody else was first: version, unique key, lock */
    E_DENIED,
    E_UNAVAILABLE, /* the other side is not there or too busy; trying later can help */
    E_TIMEOUT,
    E_IO,      /* file, disk, database */
    E_CORRUPT, /* stored data does not check out */
    E_INTERNAL,
};

#define must_check __attribute__((warn_unused_result))

struct err {
    enum status status;
    char detail[248];
};

/* Fills *err when it is not NULL and returns status. */
enum status err_set(struct err *err, enum status status, const char *format, ...) __attribute__((format(printf, 3, 4)));
const char *status_name(enum status);

#endif
