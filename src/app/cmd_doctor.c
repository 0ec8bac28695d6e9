/* cmd_doctor.c - looks for what could be wrong; each finding comes with the command that mends it. */
#include "app/commands.h"
#include "app/rest.h"
#include "app/service.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { FREE_BYTES_MIN = 200 * 1024 * 1024 };

struct doctor {
    const struct args *args;
    struct config config;
    struct buf report; /* JSON */
    struct jw jw;
    unsigned failures;
};

static void found(struct doctor *doctor, const char *check, bool ok, const char *said, const char *fix)
{
    jw_object(&doctor->jw);
    jw_kv_str(&doctor->jw, "check", str_from(check));
    jw_kv_bool(&doctor->jw, "ok", ok);
    jw_kv_str(&doctor->jw, "said", str_from(said));
    jw_kv_str_or_null(&doctor->jw, "fix", ok ? STR_NONE : str_from(fix));
    jw_end_object(&doctor->jw);
    if (!ok) doctor->failures++;
    if (args_has(doctor->args, "json")) return;
    printf("%s  %-16s %s\n", ok ? "ok  " : "FAIL", check, said);
    if (!ok) printf("                       %s\n", fix);
}

static bool check_data(struct doctor *doctor)
{
    struct arena *arena = doctor->args->arena;
    const char *data = doctor->config.data;
    struct stat st;
    if (stat(data, &st)) {
        found(doctor, "data directory", false, arena_fmt(arena, "%s is not there", data).ptr,
              "Start once: chatcrafter serve, or name another: --data DIR");
        return false;
    }
    bool is_private = (st.st_mode & 077) == 0;
    found(doctor, "data directory", is_private, arena_fmt(arena, "%s, mode %03o", data, st.st_mode & 0777u).ptr,
          arena_fmt(arena, "chmod 700 %s", data).ptr);
    struct statvfs fs;
    if (statvfs(data, &fs)) return true;
    uint64_t left = (uint64_t)fs.f_bavail * fs.f_frsize;
    found(doctor, "disk", left >= FREE_BYTES_MIN, arena_fmt(arena, "%llu MB free", (unsigned long long)(left >> 20)).ptr,
          "Free some space, or move the data directory: --data DIR");
    return true;
}

static bool check_key(struct doctor *doctor)
{
    struct arena *arena = doctor->args->arena;
    const char *path = doctor->config.key_file;
    struct stat st;
    if (stat(path, &st)) {
        found(doctor, "master key", false, arena_fmt(arena, "%s is not there", path).ptr,
              "Put the copy of it back; without it every connection has to be made again. A new one is made at the next start");
        return false;
    }
    found(doctor, "master key", (st.st_mode & 077) == 0, arena_fmt(arena, "%s, mode %03o", path, st.st_mode & 0777u).ptr,
          arena_fmt(arena, "chmod 600 %s", path).ptr);
    return true;
}

static bool check_schema(struct doctor *doctor)
{
    struct err err = { 0 };
    unsigned have, newest;
    if (store_schema(doctor->config.database, &have, &newest, &err)) {
        found(doctor, "database", false, err.detail, "chatcrafter restore --from BACKUP");
        return false;
    }
    found(doctor, "database", have == newest, arena_fmt(doctor->args->arena, "schema %u of %u", have, newest).ptr,
          "chatcrafter migrate");
    return have == newest;
}

/* Opening the program on a directory makes what is missing: a key, the schema. Looking must not, so it goes no further where something is. */
static bool check_files(struct doctor *doctor)
{
    if (!check_data(doctor)) return false;
    bool has_key = check_key(doctor), has_schema = check_schema(doctor);
    return has_key && has_schema;
}

static void check_ready(struct doctor *doctor, struct rest *rest)
{
    struct remote_answer answer = rest_call(rest, HTTP_GET, "//readyz?verbose");
    const char *ready = remote_is_in_process(rest->remote) ? "not running; ready to start" : "ready";
    found(doctor, "server", answer.status == 200, answer.status == 200 ? ready : "not ready",
          "chatcrafter serve, and read what it logs");
    remote_forget(&answer);
}

static const char *held_of(const struct json *process)
{
    bool calls = json_get_bool(process, "system_calls", false), files = json_get_bool(process, "files", false),
         network = json_get_bool(process, "network", false);
    if (calls && files && network) return "held";
    if (!calls && !files) return "not held at all";
    return !files ? "held but for files" : !network ? "held but for the network" : "held but for system calls";
}

/* What holds the processes of the running server, should somebody take one over. */
static void check_confinement(struct doctor *doctor, struct rest *rest)
{
    struct remote_answer answer = rest_call(rest, HTTP_GET, "/system");
    const struct json *processes = json_get(answer.json, "processes");
    struct str said = STR_NONE;
    bool is_held = true;
    for (size_t i = 0; i < json_count(processes); i++) {
        const struct json *process = json_at(processes, i);
        struct str held = str_from(held_of(process)), name = json_get_str(process, "name");
        is_held = is_held && str_eq(held, STR("held"));
        said =
            arena_fmt(doctor->args->arena, "%.*s%s%.*s is %.*s", STR_ARG(said), i > 0 ? ", " : "", STR_ARG(name), STR_ARG(held));
    }
    if (processes)
        found(doctor, "confinement", is_held, said.len > 0 ? said.ptr : "no server runs; it is put on when one does",
              "Run it on Linux 6.7 or newer; in a container, under a profile that lets seccomp and Landlock through");
    remote_forget(&answer);
}

/* With --network each connection is tested, else its stored status is told. */
static void check_integration(struct doctor *doctor, struct rest *rest, const struct json *integration)
{
    struct arena *arena = doctor->args->arena;
    struct str id = json_get_str(integration, "id"), subdomain = json_get_str(integration, "subdomain"),
               status = json_get_str(integration, "status");
    bool ok = str_eq(status, STR("connected")) || str_eq(status, STR("warnings")) || str_eq(status, STR("rate_limited"));
    if (args_has(doctor->args, "network")) {
        struct remote_answer answer = rest_call(rest, HTTP_POST, "/integrations/%.*s/tests", STR_ARG(id));
        ok = answer.status == 201 && !str_eq(json_get_str(answer.json, "result"), STR("failed"));
        remote_forget(&answer);
        status = ok ? STR("test passed") : STR("test failed");
    }
    found(doctor, "zendesk", ok, arena_fmt(arena, "%.*s: %.*s", STR_ARG(subdomain), STR_ARG(status)).ptr,
          arena_fmt(arena, "chatcrafter integration test %.*s", STR_ARG(id)).ptr);
}

static void check_connections(struct doctor *doctor, struct rest *rest)
{
    struct remote_answer agents = rest_call(rest, HTTP_GET, "/agents?limit=100");
    const struct json *items = json_get(agents.json, "items");
    for (size_t a = 0; a < json_count(items); a++) {
        const struct json *integrations = json_get(json_at(items, a), "integrations");
        for (size_t i = 0; i < json_count(integrations); i++) check_integration(doctor, rest, json_at(integrations, i));
    }
    remote_forget(&agents);
}

int cmd_doctor(struct args *args)
{
    struct doctor doctor = { .args = args };
    struct err err = { 0 };
    buf_init(&doctor.report, LIMIT_JSON_BYTES);
    jw_init(&doctor.jw, &doctor.report);
    jw_array(&doctor.jw);
    if (config_load(&doctor.config, args, args->arena, &err)) {
        found(&doctor, "configuration", false, err.detail, "Mend that line");
    } else if (args_has(args, "server") || check_files(&doctor)) {
        struct rest rest;
        int code;
        if (rest_begin(&rest, args, &code)) {
            check_ready(&doctor, &rest);
            check_confinement(&doctor, &rest);
            check_connections(&doctor, &rest);
            rest_end(&rest);
        } else {
            found(&doctor, "server", false, "it could not be asked", "See above");
        }
    }
    jw_end_array(&doctor.jw);
    if (args_has(args, "json")) printf("%.*s\n", STR_ARG(buf_view(&doctor.report)));
    buf_clear(&doctor.report);
    return doctor.failures ? EXIT_CHECK_FAILED : EXIT_OK;
}
