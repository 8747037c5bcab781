#include "shipper/service/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <sys/prctl.h>

enum status privileges_drop(struct error *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return error_set_os(err, ST_IO, errno, "cannot forbid new privileges");
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_apply(CAPNG_SELECT_BOTH) == 0)
        return ST_OK;
    /* Without CAP_SETPCAP the bounding set stays, which is no loss: there is nothing to bound. */
    if (capng_apply(CAPNG_SELECT_CAPS) != 0)
        return error_set_os(err, ST_IO, errno, "cannot give up capabilities");
    return ST_OK;
}
