/* integrations.h - loading an integration as it is shown, for use inside a job's run. */
#ifndef WEB_INTEGRATIONS_H
#define WEB_INTEGRATIONS_H

#include "store/rows.h"
#include "web/render.h"

enum status integrations_load(struct store_tx *, struct str workspace, struct str id, struct arena *,
                              struct integration_view *) must_check;

#endif
