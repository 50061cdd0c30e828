/* version.h - the version, in one place. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef JOBS_VERSION_H
#define JOBS_VERSION_H

#define REBOND_VERSION "0.1.0"

#endif
