/* requests.h - loading a request as it is shown, for use inside a job's run. */
#ifndef WEB_REQUESTS_H
#define WEB_REQUESTS_H

#include "store/rows.h"
#include "web/render.h"

enum status requests_load(struct store_tx *, struct str workspace, struct str action, struct arena *,
                          struct request_view *) must_check;

#endif
