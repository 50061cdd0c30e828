/* http_reach.c - tells public addresses from those inside, so that no descriptor can reach into
 * the house. */
/* SPDX-License-Identifier: EUPL-1.2 */
#include "gateways/http.h"

#include <arpa/inet.h>
#include <string.h>

struct block4 {
    uint32_t net;
    int bits;
};

/* RFC 6890 table and the IANA registry that keeps it current: nothing here is globally
 * reachable. */
static const struct block4 INSIDE4[] = {
    {0x00000000, 8},  /* this network */
    {0x0A000000, 8},  /* private */
    {0x64400000, 10}, /* shared by carriers */
    {0xA9FE0000, 16}, /* link-local: cloud metadata lives here */
    {0xAC100000, 12}, /* private */
    {0xC0000000, 24}, /* protocol assignments */
    {0xC0000200, 24}, /* documentation */
    {0xC0586300, 24}, /* 6to4 relays */
    {0xC0A80000, 16}, /* private */
    {0xC6120000, 15}, /* benchmarks */
    {0xC6336400, 24}, /* documentation */
    {0xCB007100, 24}, /* documentation */
    {0xE0000000, 3},  /* multicast, reserved, broadcast */
};

static enum http_reach reach4(uint32_t ip) {
    if (ip >> 24 == 127) {
        return HTTP_LOOPBACK;
    }
    for (size_t i = 0; i < sizeof(INSIDE4) / sizeof(INSIDE4[0]); i++) {
        if ((ip ^ INSIDE4[i].net) >> (32 - INSIDE4[i].bits) == 0) {
            return HTTP_PRIVATE;
        }
    }
    return HTTP_PUBLIC;
}

static uint32_t be32(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Forms of IPv6 that carry an IPv4 address are judged by it. */
static enum http_reach reach6(const unsigned char ip[16]) {
    static const unsigned char ZERO[16];
    static const unsigned char MAPPED[12] = {[10] = 0xFF, [11] = 0xFF};
    static const unsigned char NAT64[12] = {0x00, 0x64, 0xFF, 0x9B};
    if (!memcmp(ip, ZERO, 15) && ip[15] == 1) {
        return HTTP_LOOPBACK;
    }
    if (!memcmp(ip, MAPPED, 12) || !memcmp(ip, NAT64, 12)) {
        return reach4(be32(ip + 12));
    }
    if (ip[0] == 0x20 && ip[1] == 0x02) {
        return reach4(be32(ip + 2)) == HTTP_PUBLIC ? HTTP_PUBLIC : HTTP_PRIVATE;
    }
    bool global_unicast = (ip[0] & 0xE0) == 0x20;
    bool teredo = ip[0] == 0x20 && ip[1] == 0x01 && ip[2] == 0 && ip[3] == 0;
    bool documentation = ip[0] == 0x20 && ip[1] == 0x01 && ip[2] == 0x0D && ip[3] == 0xB8;
    return global_unicast && !teredo && !documentation ? HTTP_PUBLIC : HTTP_PRIVATE;
}

enum http_reach http_reach(const char *ip) {
    struct in_addr v4;
    struct in6_addr v6;
    char bare[INET6_ADDRSTRLEN];
    size_t n = strcspn(ip, "%"); /* a zone ("fe80::1%eth0") says nothing of the address */
    if (n >= sizeof(bare)) {
        return HTTP_PRIVATE;
    }
    memcpy(bare, ip, n);
    bare[n] = '\0';
    if (inet_pton(AF_INET, bare, &v4) == 1) {
        return reach4(ntohl(v4.s_addr));
    }
    return inet_pton(AF_INET6, bare, &v6) == 1 ? reach6(v6.s6_addr) : HTTP_PRIVATE;
}
