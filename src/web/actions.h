/* actions.h - loading actions with what they exchanged with Zendesk, for use inside a job's run. */
#ifndef WEB_ACTIONS_H
#define WEB_ACTIONS_H

#include "store/rows.h"
#include "web/render.h"

enum status actions_load_calls(struct store_tx *, struct arena *, struct action_view *) must_check;
enum status actions_load(struct store_tx *, struct str workspace, struct str id, struct arena *, struct action_view *) must_check;

#endif
