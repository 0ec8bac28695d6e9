/* email.c - the shape of an address. Not the room model's check: the practice Zendesk judges on its own, as the real one does. */
#include "sandbox/email.h"

#include "base/limits.h"

static bool is_address_char(char c)
{
    return c > ' ' && c != 0x7f && str_find((struct str){ "\"(),:;<>[\\]", 11 }, (struct str){ &c, 1 }, 0) == SIZE_MAX;
}

bool email_is_well_formed(struct str text)
{
    size_t at = str_find(text, STR("@"), 0);
    if (at == SIZE_MAX || at == 0 || text.len > LIMIT_EMAIL_BYTES) return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_address_char(text.ptr[i]) || (i != at && text.ptr[i] == '@')) return false;
    struct str domain = str_slice(text, at + 1, text.len);
    size_t dot = str_find(domain, STR("."), 0);
    return dot != SIZE_MAX && dot > 0 && domain.ptr[domain.len - 1] != '.' && str_find(domain, STR(".."), 0) == SIZE_MAX;
}
