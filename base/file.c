/* file.c - whole files in, whole files out. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum rc file_read(const char *path, size_t max, struct arena *a, struct str *ret,
                  struct err *err) {
    FILE *f = fopen(path, "rbe");
    if (!f) {
        return err_set(err, E_IO, "cannot read %s: %s", path, strerror(errno));
    }
    size_t n = 0, cap = max < 8192 ? max + 1 : 8192;
    char *data = mem_alloc(cap);
    enum rc rc = OK;
    for (;;) {
        n += fread(data + n, 1, cap - n, f);
        if (n < cap) {
            break;
        }
        if (n > max) {
            rc = err_set(err, E_LIMIT, "%s is longer than %zu bytes", path, max);
            goto out;
        }
        cap = cap > max / 2 ? max + 1 : cap * 2;
        data = mem_realloc(data, cap);
    }
    if (ferror(f)) {
        rc = err_set(err, E_IO, "cannot read %s: %s", path, strerror(errno));
        goto out;
    }
    *ret = arena_str(a, (struct str){data, n});
out:
    free(data);
    fclose(f);
    return rc;
}

static bool write_all(int fd, struct str data) {
    while (data.n > 0) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return false;
        }
        data = str_sub(data, (size_t)n, SIZE_MAX);
    }
    return true;
}

/* The rename itself is on disk only once its folder is. */
static void sync_folder(const char *path) {
    char *dir = mem_strdup(path);
    char *slash = strrchr(dir, '/');
    if (slash) {
        slash[slash == dir ? 1 : 0] = '\0';
    }
    int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(dir);
}

enum rc file_write(const char *path, struct str data, struct err *err) {
    size_t cap = strlen(path) + 8;
    char *tmp = mem_alloc(cap);
    snprintf(tmp, cap, "%s.XXXXXX", path);
    enum rc rc = OK;
    int fd = mkstemp(tmp);
    if (fd < 0) {
        rc = err_set(err, E_IO, "cannot write %s: %s", path, strerror(errno));
        goto out;
    }
    struct stat st;
    mode_t mode = stat(path, &st) == 0 ? st.st_mode & 0777 : 0644;
    if (!write_all(fd, data) || fchmod(fd, mode) != 0 || fsync(fd) != 0 ||
        rename(tmp, path) != 0) {
        rc = err_set(err, E_IO, "cannot write %s: %s", path, strerror(errno));
        unlink(tmp);
    } else {
        sync_folder(path);
    }
    close(fd);
out:
    free(tmp);
    return rc;
}

enum rc file_line(FILE *f, char **line_buf, size_t *line_cap, size_t max, struct str *ret) {
    size_t n = 0;
    bool over = false;
    int c;
    while ((c = getc(f)) != EOF && c != '\n') {
        if (n >= max) {
            over = true; /* the rest of the line is eaten, so that the caller can go on */
            continue;
        }
        if (n + 1 >= *line_cap) {
            *line_cap = *line_cap ? *line_cap * 2 : 256;
            *line_buf = mem_realloc(*line_buf, *line_cap);
        }
        (*line_buf)[n++] = (char)c;
    }
    if (c == EOF && ferror(f)) {
        return E_IO;
    }
    if (c == EOF && n == 0 && !over) {
        return NONE;
    }
    if (over) {
        return E_LIMIT;
    }
    if (n > 0 && (*line_buf)[n - 1] == '\r') {
        n--;
    }
    *ret = n ? (struct str){*line_buf, n} : STR("");
    return OK;
}

static int by_name(const void *a, const void *b) {
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool is_regular(DIR *d, const char *name) {
    struct stat st;
    return fstatat(dirfd(d), name, &st, 0) == 0 && S_ISREG(st.st_mode);
}

enum rc file_list(const char *dir, const char *suffix, struct arena *a, struct str **ret,
                  size_t *ret_n, struct err *err) {
    DIR *d = opendir(dir);
    if (!d) {
        return err_set(err, E_IO, "cannot read the folder %s: %s", dir, strerror(errno));
    }
    struct str *list = NULL;
    size_t n = 0, cap = 0;
    struct dirent *e;
    while ((e = readdir(d))) {
        if (!str_ends(str_from(e->d_name), str_from(suffix)) || !is_regular(d, e->d_name)) {
            continue;
        }
        if (n == cap) {
            cap = cap ? cap * 2 : 16;
            list = mem_realloc(list, cap * sizeof *list);
        }
        list[n++] = arena_str(a, str_from(e->d_name));
    }
    closedir(d);
    *ret = ARENA_ARRAY(a, struct str, n);
    if (n > 0) {
        qsort(list, n, sizeof *list, by_name);
        memcpy(*ret, list, n * sizeof *list);
    }
    *ret_n = n;
    free(list);
    return OK;
}
