/* runguard stands between an agent and one run, and is the proof that the run has ended.
 *
 *   runguard --mark MARK --lease-ends MS [OPTION]... -- COMMAND [ARGUMENT]...
 *
 *     --mark MARK         put into the command's environment as LUMENYARD_RUN (the guard carries none)
 *     --lease-ends MS     the moment at which the lease ends, in milliseconds of CLOCK_BOOTTIME
 *     --folder FOLDER     the command's working folder (default: the guard's)
 *     --input FILE        opened as the command's standard input (default: /dev/null); a FIFO is opened
 *                         without waiting, so its writer should have it open before the guard starts
 *     --status FILE       notes are appended to this file
 *     --notes-on-stderr   notes are also written to fd 2, and the command's stderr joins its stdout
 *   runguard --check      says "runguard 1 can fence" if this machine lets it do its work, else why not
 *
 * Orders, one a line, on standard input; its end means that the agent is gone:
 *     L <ms>   the lease ends at this moment. A moment, not a length: read late, it lengthens nothing
 *     K <ms>   stop: SIGTERM to the command's process group now, death to the whole tree in <ms>
 *     P        answer with the note "pong" on fd 2, if notes are wanted there
 *
 * Notes, one a line, words then key=value:
 *     started guard=PID root=PID at_ms=MS          the command runs
 *     refused step=input|folder|exec errno=N       the command could not be started
 *     cause order|lease|agent-gone|broken at_ms=MS   why the tree is being killed; at most once
 *     pong
 *     stuck for_ms=MS                              something in the tree cannot be killed just now
 *     end cause=... exit=N | signal=N [core=1] after_ms=MS seen=N peak_kib=N cpu_ms=N
 *
 * The command's stdout never passes through the guard. The guard is a subreaper: whatever the command
 * starts stays below it, however often it forks or changes its session. It exits only after the kernel
 * has said that it has no child left (so no descendant either), and then with the command's own exit
 * code or signal; 125 means that the guard itself could not start, 126 and 127 are the shell's words
 * for a command that cannot be run and one that is not there.
 *
 * Linux only. It wants pidfds (5.3); an older kernel gets plain kill().
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum { CANNOT_GUARD = 125, CANNOT_RUN = 126, NOT_THERE = 127 };
#define FAR_FUTURE_MS 1000000000000000LL /* some 30,000 years of uptime: no lease at all */
#define GRACE_AFTER_SIGTERM_MS 5000

struct wish { /* what the command line asks for */
    const char *mark, *folder, *input, *status;
    int notes_on_stderr;
    char **command;
};
struct refusal { char step[8]; int error; }; /* sent by the child that could not become the command */
struct process { pid_t pid, parent; char state, ours; };

static pid_t self, root;
static int root_ended, root_fate;              /* fate as waitpid() gives it */
static const char *cause = "none";
static long long lease_ends = -1, stop_at = FAR_FUTURE_MS;
static int status_fd = -1, notes_fd = -1;

static long long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_BOOTTIME, &t);         /* counts suspend, as the agent's clock does */
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static long long as_moment(long long ms) {
    return ms < 0 ? 0 : ms > FAR_FUTURE_MS ? FAR_FUTURE_MS : ms;
}

/* ---- notes ---- */

static void note(const char *format, ...) {
    char text[300];
    va_list values;
    va_start(values, format);
    int n = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (n > (int)sizeof text - 1) n = sizeof text - 1;
    /* a full disk, a full pipe or a reader that has gone must not keep the guard from its work */
    if (status_fd >= 0 && write(status_fd, text, n) < 0) status_fd = -1;
    if (notes_fd >= 0 && write(notes_fd, text, n) < 0 && errno != EAGAIN) notes_fd = -1;
}

/* Told to the agent only: the file would grow by one with each renewal. */
static void answer(void) {
    if (notes_fd >= 0 && write(notes_fd, "pong\n", 5) < 0 && errno != EAGAIN) notes_fd = -1;
}

static void because(const char *why) {
    if (strcmp(cause, "none")) return;         /* the first cause is the cause */
    cause = why;
    note("cause %s at_ms=%lld\n", cause, now_ms());
}

/* ---- what is below us ---- */

/* The name in parentheses may hold anything, blanks and ')' too, so the last ')' counts. */
static int read_stat(pid_t pid, pid_t *parent, char *state) {
    char path[40], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    int n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return -1;
    text[n] = 0;
    char *after_name = strrchr(text, ')');
    return after_name && sscanf(after_name + 1, " %c %d", state, parent) == 2 ? 0 : -1;
}

static void reap(void) {
    for (;;) {
        int fate;
        pid_t pid = waitpid(-1, &fate, WNOHANG | __WALL);
        if (pid <= 0) return;
        if (pid == root && !root_ended) { root_fate = fate; root_ended = 1; }
    }
}

/* The proof: orphans come to us, the subreaper, so no child means no descendant. */
static int childless(void) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 && errno == ECHILD;
}

/* The fast way, some 20 microseconds: it wins against trees that hop from process to process. */
static void kill_children(void) {
    char path[64], text[8192];
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", self, self);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;                        /* a kernel without CONFIG_PROC_CHILDREN */
    int n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return;
    text[n] = 0;
    for (char *at = text;;) {
        char *end;
        long pid = strtol(at, &end, 10);
        if (end == at || *end != ' ') return;  /* a number cut off by the buffer's end is a stranger's */
        kill(pid, SIGKILL);                    /* ours and not yet reaped: its number cannot be reused */
        at = end + 1;
    }
}

/* A pidfd opened before the parent is read: a number that was reused meanwhile is never hit. */
static void kill_below(pid_t pid, pid_t seen_parent) {
    pid_t parent;
    char state;
    int fd = syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0 && errno != ENOSYS && errno != EMFILE && errno != ENFILE) return;
    if (read_stat(pid, &parent, &state) == 0 && (parent == seen_parent || parent == self)) {
        if (fd >= 0) syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
        else kill(pid, SIGKILL);
    }
    if (fd >= 0) close(fd);
}

static struct process *table;
static int table_size, table_room;

static int by_pid(const void *a, const void *b) {
    return ((const struct process *)a)->pid - ((const struct process *)b)->pid;
}

static int read_table(void) {
    DIR *proc = opendir("/proc");
    if (!proc) return -1;
    table_size = 0;
    for (struct dirent *entry; (entry = readdir(proc));) {
        if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
        if (table_size == table_room) {
            int room = table_room ? table_room * 2 : 256;
            struct process *larger = realloc(table, room * sizeof *table);
            if (!larger) break;                /* what fits is still worth a round */
            table = larger;
            table_room = room;
        }
        struct process *p = table + table_size;
        p->pid = atoi(entry->d_name);
        p->ours = 0;
        if (read_stat(p->pid, &p->parent, &p->state) == 0) table_size++;
    }
    closedir(proc);
    qsort(table, table_size, sizeof *table, by_pid);
    return 0;
}

static int is_ours(const struct process *p) {
    if (p->parent == self) return 1;
    struct process key = {.pid = p->parent};
    struct process *parent = bsearch(&key, table, table_size, sizeof *table, by_pid);
    return parent && parent->ours;
}

/* One look at the whole process table; returns how many living descendants it found. */
static int kill_descendants(void) {
    if (read_table() < 0) return 0;
    for (int more = 1; more;) {
        more = 0;
        for (int i = 0; i < table_size; i++)
            if (!table[i].ours && table[i].pid != self && is_ours(table + i)) table[i].ours = more = 1;
    }
    int living = 0;
    for (int i = 0; i < table_size; i++)
        if (table[i].ours) {
            if (table[i].state != 'Z') living++;
            kill_below(table[i].pid, table[i].parent); /* a zombie too: only its first thread may have ended */
        }
    return living;
}

/* ---- the end ---- */

static int hear_orders(void);

/* Does not come back before the tree is dead. Returns the most living descendants seen in one look. */
static int kill_tree(void) {
    long long began = now_ms(), said = began;
    int most = 0;
    if (!root_ended) kill(-root, SIGKILL);     /* a whole process group: no fork can slip through this */
    for (int round = 1;; round++) {
        kill_children();
        reap();
        if (childless()) return most;
        if (round < 4 || round % 64 == 1) {
            int living = kill_descendants();
            if (living > most) most = living;
            if (round > 200) {                 /* something does not die: be patient, and say so */
                hear_orders();
                usleep(round > 4000 ? 20000 : 500);
            }
        }
        if (now_ms() - said > 5000) {
            said = now_ms();
            note("stuck for_ms=%lld\n", said - began);
        }
    }
}

static void note_end(long long killing_since, int seen) {
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    long long cpu_ms = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000LL
                     + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    char fate[40];
    if (WIFSIGNALED(root_fate))
        snprintf(fate, sizeof fate, "signal=%d%s", WTERMSIG(root_fate), WCOREDUMP(root_fate) ? " core=1" : "");
    else
        snprintf(fate, sizeof fate, "exit=%d", WEXITSTATUS(root_fate));
    note("end cause=%s %s after_ms=%lld seen=%d peak_kib=%ld cpu_ms=%lld\n",
         cause, fate, now_ms() - killing_since, seen, used.ru_maxrss, cpu_ms);
}

/* Hands the command's own fate on, unchanged. */
static void leave(void) {
    if (!WIFSIGNALED(root_fate)) _exit(WEXITSTATUS(root_fate));
    int fatal = WTERMSIG(root_fate);
    struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    signal(fatal, SIG_DFL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, fatal);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    kill(self, fatal);
    _exit(128 + fatal);
}

/* ---- the start ---- */

static void refuse(int to, const char *step) {
    struct refusal r = {.error = errno};
    snprintf(r.step, sizeof r.step, "%s", step);
    if (write(to, &r, sizeof r) < 0) _exit(CANNOT_RUN);
    _exit(r.error == ENOENT && !strcmp(step, "exec") ? NOT_THERE : CANNOT_RUN);
}

/* In the child: become the command, or say why not. */
static void become_command(const struct wish *wish, int refusals) {
    setsid();
    for (int s = 1; s < 65; s++) signal(s, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); /* should the guard be killed, the kernel ends the root */
    if (getppid() != self) _exit(CANNOT_GUARD);
    const char *input = wish->input ? wish->input : "/dev/null";
    /* O_NONBLOCK: opening a FIFO would otherwise wait for a writer, who may be dead by now */
    int in = open(input, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (in < 0 || fcntl(in, F_SETFL, 0) < 0 || dup2(in, 0) < 0) refuse(refusals, "input");
    if (wish->notes_on_stderr && dup2(1, 2) < 0) refuse(refusals, "output");
    if (wish->folder && chdir(wish->folder) < 0) refuse(refusals, "folder");
    if (setenv("LUMENYARD_RUN", wish->mark, 1) < 0) refuse(refusals, "mark");
    execvp(wish->command[0], wish->command);
    refuse(refusals, "exec");
}

/* Returns the end on which the child's refusal is read; its bare end says that the command runs. */
static int start_command(const struct wish *wish) {
    int pipe_fds[2];
    if (pipe2(pipe_fds, O_CLOEXEC) < 0) return -1;
    root = fork();
    if (root < 0) return -1;
    if (root == 0) become_command(wish, pipe_fds[1]);
    close(pipe_fds[1]);
    return pipe_fds[0];
}

static void hear_start(int refusals) {
    struct refusal r;
    int n = read(refusals, &r, sizeof r);
    close(refusals);
    if (n == sizeof r) note("refused step=%s errno=%d\n", r.step, r.error);
    else note("started guard=%d root=%d at_ms=%lld\n", self, root, now_ms());
}

/* Let go of the log's ends: its end of file then means that the tree is dead. */
static void let_go_of_output(const struct wish *wish) {
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return;
    dup2(null, 1);
    if (!wish->notes_on_stderr) dup2(null, 2);
}

static void prepare_notes(const struct wish *wish) {
    if (wish->status) status_fd = open(wish->status, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!wish->notes_on_stderr) return;
    notes_fd = 2;
    struct stat is;
    if (fstat(2, &is) == 0 && S_ISFIFO(is.st_mode)) /* an agent that reads no longer must not stop us */
        fcntl(2, F_SETFL, fcntl(2, F_GETFL) | O_NONBLOCK);
}

/* ---- orders ---- */

static void obey(const char *order) {
    long long value = strtoll(order + 1, NULL, 10);
    switch (order[0]) {
        case 'L':
            lease_ends = as_moment(value);
            break;
        case 'K': {
            long long at = now_ms() + (value < 0 ? 0 : value);
            if (stop_at == FAR_FUTURE_MS && value > 0 && !root_ended) {
                kill(-root, SIGTERM);
                kill(-root, SIGCONT);          /* who is stopped could not answer */
            }
            if (at < stop_at) stop_at = at;    /* a second order may only hasten */
            because("order");
            break;
        }
        case 'P':
            answer();
            break;
        default:
            break;                             /* an agent newer than we are: not ours to judge */
    }
}

/* Reads what is there without waiting. Returns 0 at the end of the orders: the agent is gone. */
static int hear_orders(void) {
    static char text[256];
    static int length;
    for (;;) {
        struct pollfd orders = {0, POLLIN, 0};
        if (poll(&orders, 1, 0) <= 0) return 1;
        int n = read(0, text + length, sizeof text - 1 - length);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 1;
        if (n <= 0) return 0;
        length += n;
        text[length] = 0;
        for (char *end; (end = strchr(text, '\n'));) {
            *end = 0;
            obey(text);
            length -= end + 1 - text;
            memmove(text, end + 1, length + 1);
        }
        if (length == sizeof text - 1) length = 0; /* no order is that long */
    }
}

static void hear_signals(int signals) {
    struct signalfd_siginfo info;
    char order[20];
    snprintf(order, sizeof order, "K%d", GRACE_AFTER_SIGTERM_MS);
    while (read(signals, &info, sizeof info) == sizeof info)
        if (info.ssi_signo == SIGTERM) obey(order);
}

/* Waits until the root has ended or there is a cause to kill. Never waits for the child's start alone:
 * a folder on a server that hangs must not keep the lease from being enforced. */
static void watch(int agent, int signals, int timer, int refusals) {
    for (;;) {
        if (refusals < 0) reap();              /* how it started is told before how it ended */
        if (root_ended) return;
        long long at = stop_at < lease_ends ? stop_at : lease_ends;
        struct itimerspec next = {.it_value = {at / 1000, at % 1000 * 1000000 + 1}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &next, NULL);
        struct pollfd on[] = {{0, POLLIN, 0}, {signals, POLLIN, 0}, {timer, POLLIN, 0},
                              {agent, POLLIN, 0}, {refusals, POLLIN, 0}};
        if (poll(on, 5, -1) < 0 && errno != EINTR) { because("broken"); return; }
        if (on[4].revents) {
            hear_start(refusals);
            refusals = -1;
            continue;
        }
        if (on[1].revents) {
            hear_signals(signals);
            if (refusals < 0) continue;        /* whether the root ended comes before all else */
        }
        if (on[0].revents && !hear_orders()) { because("agent-gone"); return; }
        if (on[3].revents) { because("agent-gone"); return; }
        if (now_ms() >= stop_at) return;
        if (now_ms() >= lease_ends) { because("lease"); return; }
    }
}

/* ---- main ---- */

static int check(void) {
    pid_t parent;
    char state;
    const char *trouble = NULL;
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) trouble = "the kernel has no subreapers";
    else if (timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC) < 0) trouble = "the kernel has no timers on the boot clock";
    else if (read_stat(getpid(), &parent, &state) < 0 || parent != getppid()) trouble = "/proc does not show this process";
    if (trouble) {
        fprintf(stderr, "%s\n", trouble);
        return CANNOT_GUARD;
    }
    printf("runguard 1 can fence\n");
    return 0;
}

static int cannot_start(void) {
    fprintf(stderr, "runguard: %s\n", strerror(errno));
    return CANNOT_GUARD;
}

static int usage(void) {
    fprintf(stderr, "usage: runguard --mark MARK --lease-ends MS [--folder FOLDER] [--input FILE] [--status FILE]"
                    " [--notes-on-stderr] -- COMMAND [ARGUMENT]...\n       runguard --check\n");
    return CANNOT_GUARD;
}

static int understand(int count, char **words, struct wish *wish) {
    int a = 1;
    for (; a < count && strcmp(words[a], "--"); a++) {
        if (!strcmp(words[a], "--notes-on-stderr")) { wish->notes_on_stderr = 1; continue; }
        const char *option = words[a];
        if (++a >= count) return -1;
        if (!strcmp(option, "--mark")) wish->mark = words[a];
        else if (!strcmp(option, "--lease-ends")) {
            lease_ends = as_moment(strtoll(words[a], NULL, 10));
        } else if (!strcmp(option, "--folder")) wish->folder = words[a];
        else if (!strcmp(option, "--input")) wish->input = words[a];
        else if (!strcmp(option, "--status")) wish->status = words[a];
        else return -1;
    }
    if (a + 1 >= count || !wish->mark || lease_ends < 0) return -1;
    wish->command = words + a + 1;
    return 0;
}

int main(int count, char **words) {
    if (count == 2 && !strcmp(words[1], "--check")) return check();
    struct wish wish = {0};
    if (understand(count, words, &wish) < 0) return usage();
    self = getpid();
    pid_t parent = getppid();
    int agent = syscall(SYS_pidfd_open, parent, 0); /* a second sign beside the end of the orders */
    if (agent >= 0) fcntl(agent, F_SETFD, FD_CLOEXEC);
    setsid();                                  /* a kill of the agent's process group spares us */
    if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) return CANNOT_GUARD;
    prepare_notes(&wish);
    /* ^C and its like are the agent's business, and a reader that has gone must not end us */
    static const int deaf_to[] = {SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGTTOU, SIGTTIN, SIGTSTP};
    for (unsigned i = 0; i < sizeof deaf_to / sizeof *deaf_to; i++) signal(deaf_to[i], SIG_IGN);
    sigset_t heard;
    sigemptyset(&heard);
    sigaddset(&heard, SIGCHLD);
    sigaddset(&heard, SIGTERM);
    sigprocmask(SIG_BLOCK, &heard, NULL);
    signal(SIGCHLD, SIG_DFL);                  /* inherited as ignored, it would reap behind our back */
    int signals = signalfd(-1, &heard, SFD_CLOEXEC | SFD_NONBLOCK);
    int timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (signals < 0 || timer < 0) return cannot_start();
    long long since = now_ms();
    int seen = 0;
    if (since >= lease_ends) {                 /* started too late: the work may be another's by now */
        because("lease");
        root_fate = SIGKILL;
    } else {
        int refusals = start_command(&wish);
        if (refusals < 0) return cannot_start();
        let_go_of_output(&wish);
        watch(agent, signals, timer, refusals);
        since = now_ms();
        seen = kill_tree();
    }
    note_end(since, seen);
    leave();
}
