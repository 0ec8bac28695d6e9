/* assets.h - the console's files, carried in the binary. The table itself is generated: scripts/assets.mjs makes $(B)/gen/assets.c from the built ui/.
 *
 * "/index.html" is a template: the server answers it for every path of the console and puts the theme of the visitor's cookie ("light", "dark", "auto")
 * in the place of `auto` in its one `data-theme="auto"`. Everything else is under "/assets/" and is served as it stands.
 */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include <stddef.h>

struct asset {
    const char *path, *type,
        *etag; /* "/assets/console.js", "text/javascript; charset=utf-8", "\"0123456789abcdef\"" with its quotes */
    const unsigned char *bytes;
    size_t size;
    const unsigned char *gzip; /* the same compressed; NULL where that gains little */
    size_t gzip_size;
};

extern const struct asset assets[]; /* sorted by path */
extern const size_t asset_count;

#endif
