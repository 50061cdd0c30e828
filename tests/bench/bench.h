/* bench.h - what the measuring programs share: CPU time, medians, one line a figure. */
/* SPDX-License-Identifier: EUPL-1.2 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Each program takes "time" (prints "NAME VALUE" lines; times are of this process's CPU, in
 * microseconds, median of BENCH_ROUNDS interleaved rounds) or "ir N" (does its work N times and
 * says nothing: under callgrind the difference of two N gives instructions). */
#define BENCH_ROUNDS 7

static inline double bench_cpu_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static inline int bench_cmp(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double bench_median(double *v, size_t n) {
    qsort(v, n, sizeof *v, bench_cmp);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static inline void bench_say(const char *name, double value) {
    printf("%s %.3f\n", name, value);
}

__attribute__((noreturn)) static inline void bench_die(const char *what, const char *why) {
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(2);
}

/* "ir N" gives N, "time" gives 0. */
static inline long bench_mode(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "ir") == 0) {
        return strtol(argv[2], NULL, 10);
    }
    if (argc != 2 || strcmp(argv[1], "time") != 0) {
        bench_die("usage", "time | ir COUNT");
    }
    return 0;
}

#endif
