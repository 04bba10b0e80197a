/* unruly MODE BEATS TOKEN [MICROSECONDS] : process trees that are hard to kill, for tests. Every process
 * appends bytes to the file BEATS while it lives, so a growing file is a survivor, and carries TOKEN
 * among its arguments, so that it can be found. SIGTERM and SIGHUP are ignored throughout. Deleting BEATS
 * ends them all, whatever they are: a test that fails must not leave a storm behind.
 *
 *   still    one process
 *   chain    every MICROSECONDS: fork, the parent ends, the child goes on
 *   schain   the same, each generation in a session of its own
 *   bomb     every process keeps forking; at most about 60 at once
 *   headless the first thread ends, a second one lives on (state Z, and yet alive)
 *   plain, group, session, daemon, bare, stranger
 *            one child that: does nothing special, leaves the process group, leaves the session, is
 *            forked twice, is a daemon without environment, is one under another user
 *   tree     chain, schain, headless, daemon, bare and a root that waits
 *   marked   the same without the bare one
 *   exit, signal    ends at once: MICROSECONDS is the code, or the signal
 *   memory   touches MICROSECONDS KiB of memory, then ends
 *   daemons  leaves a daemon behind and ends with code 3
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int beats;
static const char *file, *token;

static void beat(void) {
    struct stat is;
    if (write(beats, ".", 1) < 0 || fstat(beats, &is) < 0 || is.st_nlink == 0) _exit(1);
}

static void *live(void *unused) {
    for (;;) { beat(); usleep(10000); }
    return unused;
}

static void chain(int microseconds, int sessions) {
    for (;;) {
        pid_t child = fork();
        if (child > 0) _exit(0);
        if (child < 0) { usleep(1000); continue; }
        if (sessions) setsid();
        beat();
        if (microseconds) usleep(microseconds);
    }
}

static void bomb(int microseconds) {
    int *living = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    __atomic_add_fetch(living, 1, 0);
    signal(SIGCHLD, SIG_IGN);
    for (int round = 0;; round++) {
        beat();
        usleep(microseconds);
        if (__atomic_add_fetch(living, 1, 0) < 60) {
            pid_t child = fork();
            if (child == 0) { round = 0; if (rand() % 2) setsid(); continue; }
            if (child < 0) __atomic_sub_fetch(living, 1, 0);
        } else __atomic_sub_fetch(living, 1, 0);
        if (round <= 20) continue;
        if (__atomic_sub_fetch(living, 1, 0) >= 5) _exit(0);
        __atomic_add_fetch(living, 1, 0);
        round = 0;
    }
}

static void become(const char *mode, int bare) {
    char *const words[] = {"unruly", (char *)mode, (char *)file, (char *)token, "2000", NULL};
    char *const nothing[] = {NULL};
    extern char **environ;
    execve("/proc/self/exe", words, bare ? nothing : environ);
    _exit(1);
}

static void spawn(const char *mode) {
    if (fork() == 0) become(mode, 0);
}

static void runaway(const char *kind) {
    if (fork()) return;
    int bare = !strcmp(kind, "bare") || !strcmp(kind, "stranger");
    if (!strcmp(kind, "group")) setpgid(0, 0);
    if (!strcmp(kind, "session")) setsid();
    if (!strcmp(kind, "daemon") || bare) {
        setsid();
        if (fork()) _exit(0);
    }
    if (!strcmp(kind, "stranger") && (setgroups(0, NULL) < 0 || setgid(65534) < 0 || setuid(65534) < 0)) _exit(1);
    become("still", bare);
}

int main(int count, char **words) {
    if (count < 4) return 2;
    const char *mode = words[1];
    file = words[2];
    token = words[3];
    int number = count > 4 ? atoi(words[4]) : 200;
    if (!strcmp(mode, "exit")) return number;
    if (!strcmp(mode, "signal")) { kill(getpid(), number); pause(); }
    if (!strcmp(mode, "memory")) {
        volatile char *memory = malloc(number * 1024L);
        for (long i = 0; memory && i < number; i++) memory[i * 1024] = 1;
        return 0;
    }
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    beats = open(file, O_WRONLY | O_APPEND | O_CREAT, 0666);
    if (beats < 0) return 2;
    fchmod(beats, 0666);
    if (!strcmp(mode, "chain")) chain(number, 0);
    if (!strcmp(mode, "schain")) chain(number, 1);
    if (!strcmp(mode, "bomb")) bomb(number);
    if (!strcmp(mode, "headless")) {
        pthread_t thread;
        pthread_create(&thread, NULL, live, NULL);
        pthread_exit(NULL);
    }
    if (!strcmp(mode, "daemons")) { runaway("daemon"); usleep(50000); return 3; }
    if (!strcmp(mode, "tree") || !strcmp(mode, "marked")) {
        spawn("schain");
        spawn("headless");
        spawn("chain");
        runaway("daemon");
        if (!strcmp(mode, "tree")) runaway("bare");
    } else if (strcmp(mode, "still")) runaway(mode);
    live(NULL);
}
