/* flow_graph.c - rebond flow graph: a flow as a picture (the only file that knows Graphviz). */
/* SPDX-License-Identifier: EUPL-1.2 */
#include <graphviz/gvc.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"
#include "bot/flow/kind.h"
#include "bot/flow/program.h"
#include "cli/cmd_flow_priv.h"
#include "cli/flow_files.h"

#define DOT_MAX (2 * 1024 * 1024)
#define LINE_CHARS 34 /* characters of one line inside a box */
#define BOX_CHARS 180 /* characters of a text shown in a box */

static void quoted(struct buf *out, struct str s) {
    buf_putc(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\') {
            buf_putc(out, '\\');
        }
        if (s.p[i] == '\n') {
            buf_puts(out, "\\n");
        } else {
            buf_putc(out, s.p[i]);
        }
    }
    buf_putc(out, '"');
}

/* Broken at spaces so that a box stays readable. */
static struct str folded(struct str s, struct arena *a) {
    struct buf out;
    size_t pos = 0, column = 0;
    buf_init(&out, 4096);
    s = text_cut(s, BOX_CHARS);
    while (pos < s.n) {
        size_t at = pos;
        uint32_t cp = text_next(s, &pos);
        column++;
        if ((cp == ' ' && column > LINE_CHARS) || cp == '\n') {
            buf_putc(&out, '\n');
            column = 0;
        } else {
            buf_str(&out, str_sub(s, at, pos - at));
        }
    }
    struct str ret = arena_str(a, buf_view(&out));
    buf_done(&out);
    return ret;
}

/* What the person would read at this step, else the step's own line. */
static struct str box_text(const struct program *p, const struct node *n, struct str lang,
                           struct arena *a) {
    for (size_t i = 0; i < p->texts; i++) {
        const struct program_text *t = &p->text[i];
        if (t->node == n && (strcmp(t->use, "ask") == 0 || strcmp(t->use, "say") == 0)) {
            const struct text_form *form = program_form(t->texts, lang, p->language);
            return folded(form ? form->source : n->summary, a);
        }
    }
    return folded(n->summary, a);
}

static const char *box_style(const struct node *n) {
    if (n->kind->asks) {
        return "shape=box,style=\"rounded,filled\",fillcolor=\"#fff3d6\"";
    }
    if (n->exits > 1) {
        return "shape=box,style=\"filled\",fillcolor=\"#e8eef7\"";
    }
    return strcmp(n->kind->name, "say") == 0
               ? "shape=box,style=\"rounded,filled\",fillcolor=\"#e6f4e6\""
               : "shape=box,style=\"filled\",fillcolor=\"#f2f2f2\"";
}

static void write_dot(const struct program *p, struct str lang, struct arena *a,
                      struct buf *out) {
    buf_puts(out,
             "digraph flow {\nrankdir=TB;\nnode [fontname=\"DejaVu Sans\",fontsize=11];\n"
             "edge [fontname=\"DejaVu Sans\",fontsize=9];\n"
             "begin [shape=circle,label=\"\",width=0.2,style=filled,fillcolor=black];\n"
             "end [shape=doublecircle,label=\"\",width=0.15,style=filled,fillcolor=black];\n");
    if (p->entry >= 0) {
        buf_printf(out, "begin -> n%d;\n", p->entry);
    }
    bool human = false;
    for (size_t i = 0; i < p->nodes; i++) {
        const struct node *n = p->node[i];
        buf_printf(out, "n%zu [%s,label=", i, box_style(n));
        quoted(out, box_text(p, n, lang, a));
        buf_puts(out, ",tooltip=");
        quoted(out, n->id);
        buf_puts(out, "];\n");
        for (size_t k = 0; k < n->exits; k++) {
            if (!n->exit[k].used) {
                continue;
            }
            int to = n->exit[k].to;
            human |= to == NODE_HUMAN;
            if (to >= 0) {
                buf_printf(out, "n%zu -> n%d", i, to);
            } else {
                buf_printf(out, "n%zu -> %s", i, to == NODE_HUMAN ? "human" : "end");
            }
            buf_puts(out, " [label=");
            quoted(out, n->exit[k].label);
            buf_puts(out, "];\n");
        }
    }
    if (human) {
        buf_puts(out, "human [shape=box,style=filled,fillcolor=\"#f7dede\","
                      "label=\"conseiller\"];\n");
    }
    buf_puts(out, "}\n");
}

static enum rc render(struct buf *dot, struct arena *a, struct str *ret, struct err *err) {
    GVC_t *gvc = gvContext();
    char *svg = NULL;
    unsigned int n = 0;
    enum rc rc = E_IO;
    graph_t *g = agmemread(buf_cstr(dot));
    if (g && gvLayout(gvc, g, "dot") == 0) {
        if (gvRenderData(gvc, g, "svg", &svg, &n) == 0) {
            *ret = arena_str(a, (struct str){svg, n});
            rc = OK;
        }
        gvFreeRenderData(svg);
        gvFreeLayout(gvc, g);
    }
    if (g) {
        agclose(g);
    }
    gvFreeContext(gvc);
    return rc == OK ? OK : err_set(err, rc, "Graphviz could not draw the flow");
}

int cmd_flow_graph(struct flow_args *args) {
    struct buf dot;
    struct str svg;
    struct err err = {0};
    char line[1200];
    struct library *l = flow_files_library(args->dir, &args->a);
    if (!l) {
        return 1;
    }
    const struct program *p = args->names ? library_get(l, str_from(args->name[0])) : NULL;
    if (!p) {
        if (args->names) {
            fprintf(stderr, "rebond flow graph: no flow '%s'\n", args->name[0]);
        } else {
            fprintf(stderr, "rebond flow graph: which flow?\n");
        }
        library_free(l);
        return 2;
    }
    buf_init(&dot, DOT_MAX);
    write_dot(p, str_from(args->lang ? args->lang : "fr"), &args->a, &dot);
    enum rc rc = render(&dot, &args->a, &svg, &err);
    buf_done(&dot);
    if (rc == OK && args->out) {
        rc = file_write(args->out, svg, &err);
    } else if (rc == OK) {
        fwrite(svg.p, 1, svg.n, stdout);
    }
    library_free(l);
    if (rc != OK) {
        fprintf(stderr, "%s\n", err_format(&err, line, sizeof line));
    }
    return rc == OK ? 0 : 1;
}
