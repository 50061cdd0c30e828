/* bench_curl.c - bare libcurl multi: so many requests to an address, so many at once. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/bench/bench.h"

#include <curl/curl.h>

/* usage: bench_curl URL CONCURRENCY COUNT     The floor under the sending: nothing is stored,
 * the answer is not read. Prints CPU per request. */

static size_t swallow(char *p, size_t size, size_t n, void *ctx) {
    (void)p;
    (void)ctx;
    return size * n;
}

static CURL *fresh(const char *url) {
    CURL *e = curl_easy_init();
    curl_easy_setopt(e, CURLOPT_URL, url);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, swallow);
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    return e;
}

static long collect(CURLM *m, long *asked, long count) {
    int left;
    long n = 0;
    for (CURLMsg *k = curl_multi_info_read(m, &left); k; k = curl_multi_info_read(m, &left)) {
        CURL *e = k->easy_handle;
        if (k->msg != CURLMSG_DONE) {
            continue;
        }
        if (k->data.result != CURLE_OK) {
            bench_die("curl", curl_easy_strerror(k->data.result));
        }
        n++;
        curl_multi_remove_handle(m, e);
        if (*asked < count) {
            curl_multi_add_handle(m, e);
            (*asked)++;
        } else {
            curl_easy_cleanup(e);
        }
    }
    return n;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        bench_die("usage", "URL CONCURRENCY COUNT");
    }
    long conc = atol(argv[2]), count = atol(argv[3]), asked = 0, done = 0;
    curl_global_init(CURL_GLOBAL_ALL);
    CURLM *m = curl_multi_init();
    curl_multi_setopt(m, CURLMOPT_MAXCONNECTS, conc + 8);
    double at = bench_cpu_us();
    for (; asked < conc && asked < count; asked++) {
        curl_multi_add_handle(m, fresh(argv[1]));
    }
    while (done < count) {
        int running, ready;
        curl_multi_perform(m, &running);
        long n = collect(m, &asked, count);
        done += n;
        if (!n) {
            curl_multi_poll(m, NULL, 0, 100, &ready);
        }
    }
    bench_say("cpu_us", (bench_cpu_us() - at) / (double)count);
    curl_multi_cleanup(m);
    curl_global_cleanup();
    return 0;
}
