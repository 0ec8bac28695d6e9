/* notify.h - telling the service manager how it stands (systemd's Type=notify; sd_notify(3), "Notes" describes the protocol). */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

/* Sends `state`, such as "READY=1" or "STOPPING=1", to $NOTIFY_SOCKET. Without one it does nothing; what cannot be delivered is logged and no reason to stop. */
void notify(const char *state);

#endif
