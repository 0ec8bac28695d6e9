/* Which addresses are on the open internet. */
#include "unit/unit.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "net/public.h"

static bool is_public(const char *text)
{
    struct sockaddr_in in = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    if (inet_pton(AF_INET, text, &in.sin_addr) == 1) return public_address((const struct sockaddr *)&in);
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return public_address((const struct sockaddr *)&in6);
}

static void open_addresses(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "1.1.1.1",         "9.255.255.255",   "11.0.0.0",        "100.63.255.255",       "100.128.0.0",    "126.255.255.255",
        "128.0.0.0",       "169.253.255.255", "172.15.255.255",  "172.32.0.0",           "192.167.1.1",    "192.169.0.0",
        "198.17.255.255",  "198.20.0.0",      "223.255.255.255", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808",
        "2002:808:808::1", "2a00::1",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (!is_public(addresses[i])) fail_msg("%s is taken for private", addresses[i]);
}

static void closed_addresses(void **state)
{
    (void)state;
    static const char *const addresses[] = {
        "0.0.0.0",
        "10.0.0.1",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::",
        "100::1",
        "::7f00:1",
        "3fff::1",
    };
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        if (is_public(addresses[i])) fail_msg("%s is taken for public", addresses[i]);
}

static void other_families(void **state)
{
    (void)state;
    const struct sockaddr_un local = { .sun_family = AF_UNIX };
    assert_false(public_address((const struct sockaddr *)&local));
}

static void addresses_as_text(void **state)
{
    (void)state;
    static const char *const open[] = { "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8" };
    static const char *const closed[] = { "127.0.0.1", "::1",       "169.254.169.254", "::ffff:10.0.0.1",
                                          "",          "localhost", "8.8.8",           "8.8.8.8:80" };
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) assert_true(public_address_text(open[i]));
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) assert_false(public_address_text(closed[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(open_addresses),
        cmocka_unit_test(closed_addresses),
        cmocka_unit_test(other_families),
        cmocka_unit_test(addresses_as_text),
    };
    return cmocka_run_group_tests_name("net/public", tests, NULL, NULL);
}
