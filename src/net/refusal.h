/* refusal.h - why the server answers a request itself, with an error, before any handler has seen it.
 * NULL stands for "nothing wrong". After a refusal the connection is closed: where the next request begins is no longer certain.
 */
#ifndef NET_REFUSAL_H
#define NET_REFUSAL_H

struct refusal {
    int status;
    const char *detail; /* a literal: goes into the problem's detail */
};

/* For `return REFUSE(400, "...")`: one static object at each place of use. */
#define REFUSE(code, text)                                                                                                       \
    __extension__({                                                                                                              \
        static const struct refusal refusal_here = { (code), (text) };                                                           \
        &refusal_here;                                                                                                           \
    })

#endif
