/* user_input.h - the `user` object of a create or update request, checked and applied to a user. */
#ifndef SANDBOX_USER_INPUT_H
#define SANDBOX_USER_INPUT_H

#include "sandbox/api.h"

/* Applies the object. An address that differs from a stored user's own is put into *new_email instead: it becomes a second
 * address. False: the call has been answered with 400 or 422. */
bool user_input_apply(struct api_call *, const struct json *object, struct user *, struct str *new_email);

#endif
