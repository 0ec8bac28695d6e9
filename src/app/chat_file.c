/* chat_file.c - see chat_file.h. The file is looked at before anything is sent: what is no plain file, or larger than the server takes, is said here. */
#include "app/chat_file.h"

#include "base/limits.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct str type_of(struct str name)
{
    static const char *const types[][2] = {
        { ".txt", "text/plain" },      { ".log", "text/plain" },      { ".csv", "text/csv" },    { ".json", "application/json" },
        { ".pdf", "application/pdf" }, { ".zip", "application/zip" }, { ".png", "image/png" },   { ".gif", "image/gif" },
        { ".jpg", "image/jpeg" },      { ".jpeg", "image/jpeg" },     { ".webp", "image/webp" }, { ".mp4", "video/mp4" },
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t length = strlen(types[i][0]);
        if (name.len > length && str_eq_nocase(str_slice(name, name.len - length, name.len), str_from(types[i][0])))
            return str_from(types[i][1]);
    }
    return STR("application/octet-stream");
}

/* Opens a plain file that is not too large; -1 after saying why not. */
static int open_file(const char *path, size_t *size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        fprintf(stderr, "%s was not attached: %s.\n", path, strerror(errno));
        return -1;
    }
    const char *reason = NULL;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        reason = "it is not a plain file";
    else if (st.st_size == 0)
        reason = "it is empty";
    else if (st.st_size > LIMIT_UPLOAD_BYTES)
        reason = "it is larger than 20 MiB";
    if (reason == NULL) {
        *size = (size_t)st.st_size;
        return fd;
    }
    fprintf(stderr, "%s was not attached: %s.\n", path, reason);
    close(fd);
    return -1;
}

static bool read_all(int fd, char *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t got = read(fd, bytes + at, size - at);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += (size_t)got;
    }
    return true;
}

static int upload(struct rest *rest, struct str conversation, struct str name, struct str bytes)
{
    struct buf path;
    buf_init(&path, 4 * 1024);
    buf_lit(&path, "/conversations/");
    buf_str(&path, conversation);
    buf_lit(&path, "/uploads?filename=");
    buf_url(&path, name);
    struct remote_answer answer =
        remote_upload(rest->remote, arena_cstr(&rest->arena, buf_view(&path)), type_of(name), bytes, &rest->arena);
    buf_clear(&path);
    int code;
    if (rest_failed(rest, &answer, &code)) return code;
    const struct json *file = json_get(answer.json, "upload");
    if (args_has(rest->args, "json"))
        printf("%.*s\n", STR_ARG(answer.body));
    else
        printf("  [%.*s is attached to the next ticket or comment]\n", STR_ARG(json_get_str(file, "file_name")));
    fflush(stdout);
    remote_forget(&answer);
    return EXIT_OK;
}

int chat_attach(struct rest *rest, struct str conversation, struct str path)
{
    size_t size, slash = path.len;
    int fd = open_file(arena_cstr(&rest->arena, path), &size);
    if (fd < 0) return EXIT_FAILED;
    while (slash > 0 && path.ptr[slash - 1] != '/') slash--;
    char *bytes = mem_alloc(size);
    int code = EXIT_FAILED;
    if (read_all(fd, bytes, size))
        code = upload(rest, conversation, str_slice(path, slash, path.len), (struct str){ bytes, size });
    else
        fprintf(stderr, "%.*s was not attached: it could not be read to its end.\n", STR_ARG(path));
    mem_free(bytes);
    close(fd);
    return code;
}
