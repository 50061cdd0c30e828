/* version.h - the version, in one place. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef JOBS_VERSION_H
#define JOBS_VERSION_H

#define REBOND_VERSION "0.1.0"

#endif
