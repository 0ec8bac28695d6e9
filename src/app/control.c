/* control.c - messages over SOCK_SEQPACKET, which keeps their borders; descriptors as unix(7), SCM_RIGHTS. */
#include "app/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { HEAD_BYTES = 2, BYTES_MAX = HEAD_BYTES + CONTROL_TEXT_MAX };

union rights {
    struct cmsghdr head; /* for its alignment */
    char bytes[CMSG_SPACE(CONTROL_FDS * sizeof(int))];
};

enum status control_pair(int ends[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0 ? OK : E_IO;
}

bool control_send(int fd, const struct control_message *message)
{
    char bytes[BYTES_MAX] = { (char)message->kind, (char)message->confinement };
    union rights rights = { 0 };
    size_t text_bytes = strnlen(message->text, CONTROL_TEXT_MAX - 1);
    memcpy(bytes + HEAD_BYTES, message->text, text_bytes);
    struct iovec part = { .iov_base = bytes, .iov_len = HEAD_BYTES + text_bytes };
    struct msghdr head = { .msg_iov = &part, .msg_iovlen = 1 };
    if (message->fd_count > 0) {
        head.msg_control = rights.bytes;
        head.msg_controllen = CMSG_SPACE(message->fd_count * sizeof(int));
        rights.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
                                        .cmsg_type = SCM_RIGHTS,
                                        .cmsg_len = CMSG_LEN(message->fd_count * sizeof(int)) };
        memcpy(CMSG_DATA(&rights.head), message->fds, message->fd_count * sizeof(int));
    }
    ssize_t sent;
    do sent = sendmsg(fd, &head, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)part.iov_len;
}

static void take_descriptors(struct msghdr *head, struct control_message *message)
{
    struct cmsghdr *about = CMSG_FIRSTHDR(head);
    if (!about || about->cmsg_level != SOL_SOCKET || about->cmsg_type != SCM_RIGHTS) return;
    message->fd_count = (about->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(message->fds, CMSG_DATA(about), message->fd_count * sizeof(int));
}

bool control_receive(int fd, struct control_message *message)
{
    char bytes[BYTES_MAX];
    union rights rights = { 0 };
    struct iovec part = { .iov_base = bytes, .iov_len = sizeof bytes };
    struct msghdr head = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = rights.bytes, .msg_controllen = sizeof rights.bytes
    };
    ssize_t count;
    *message = (struct control_message){ 0 };
    do count = recvmsg(fd, &head, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count < 0) return false;
    take_descriptors(&head, message);
    bool is_sound =
        count >= HEAD_BYTES && count < BYTES_MAX && (unsigned char)bytes[0] <= CONTROL_STOP && !(head.msg_flags & MSG_TRUNC);
    for (size_t i = 0; !is_sound && i < message->fd_count; i++) (void)close(message->fds[i]);
    if (!is_sound) return false;
    message->kind = (enum control_kind)bytes[0];
    message->confinement = (uint8_t)bytes[1];
    memcpy(message->text, bytes + HEAD_BYTES, (size_t)count - HEAD_BYTES);
    return true;
}
