/*
 * The crowd of CrowdTests: many clients with one address each, and the servers that answer them with their name.
 *
 *   crowd serve NAME ADDRESS PORT
 *     A server over TCP and UDP that answers with the character NAME: each connection over TCP, each datagram over UDP. Prints "ready".
 *
 *   crowd visit tcp|udp ADDRESS PORT SERVICES FIRST CLIENTS SOURCE
 *     CLIENTS clients, with the addresses from FIRST on, visit each of SERVICES services, with the ports from PORT on. All clients of one service are
 *     connected at the same time; the source port is SOURCE for the first service, SOURCE + 1 for the next. Prints a line for each service with a
 *     character for each client: the name in the answer, '!' when it was refused, '?' when there was no answer.
 *
 * A server sends two characters over TCP and a client reads one of them, so closing sends a reset and no port stays in TIME_WAIT. System calls dominate
 * the cost in a lab kernel, so there are few for each client.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_CLIENTS = 4096, EVENTS = 256, TIMEOUT = 4000, BATCH = 64, REFUSED = '!', SILENT = '?' };

static int queue;

static int sure(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
    return result;
}

static struct sockaddr_in endpoint(const char *address, int offset, int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (inet_pton(AF_INET, address, &at.sin_addr) != 1) {
        fprintf(stderr, "no address: %s\n", address);
        exit(1);
    }
    at.sin_addr.s_addr = htonl(ntohl(at.sin_addr.s_addr) + offset);
    return at;
}

static int open_at(int type, struct sockaddr_in at)
{
    int fd = sure(socket(AF_INET, type | SOCK_NONBLOCK, 0), "socket");
    sure(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
    return fd;
}

static void watch(int fd, unsigned events, unsigned tag)
{
    struct epoll_event event = { .events = events, .data.u32 = tag };
    sure(epoll_ctl(queue, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

/* Answers new connections, and keeps the latest ones open, because a scheduler may count them. */
static void accept_clients(int listener, const char *name)
{
    static int latest[MAX_CLIENTS];
    static unsigned accepted;
    char answer[] = { *name, '\n' };
    int fd;
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        int *place = &latest[accepted++ % MAX_CLIENTS];
        if (*place > 0)
            close(*place);
        *place = fd;
        send(fd, answer, sizeof answer, MSG_NOSIGNAL);
    }
}

static void echo(int socket, const char *name)
{
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    char received[16];
    while (recvfrom(socket, received, sizeof received, 0, (struct sockaddr *)&from, &size) >= 0)
        sendto(socket, name, 1, 0, (struct sockaddr *)&from, size);
}

static void serve(const char *name, const char *address, int port)
{
    struct sockaddr_in at = endpoint(address, 0, port);
    int listener = open_at(SOCK_STREAM, at), datagrams = open_at(SOCK_DGRAM, at), room = 16 << 20;
    struct epoll_event events[EVENTS];
    sure(setsockopt(datagrams, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room), "SO_RCVBUFFORCE");
    sure(listen(listener, MAX_CLIENTS), "listen");
    watch(listener, EPOLLIN, listener);
    watch(datagrams, EPOLLIN, datagrams);
    puts("ready");
    fflush(stdout);
    for (;;) {
        int count = epoll_wait(queue, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            if ((int)events[i].data.u32 == listener)
                accept_clients(listener, name);
            else
                echo(datagrams, name);
        }
    }
}

/* Receives answers until all clients have one, or none arrives for TIMEOUT milliseconds. A timeout of 0 receives only those that have arrived already. */
static int receive_answers(const int *sockets, char *answers, int waiting, int timeout)
{
    struct epoll_event events[EVENTS];
    int count;
    while (waiting > 0 && (count = epoll_wait(queue, events, EVENTS, timeout)) > 0) {
        for (int i = 0; i < count; i++) {
            unsigned client = events[i].data.u32;
            char name;
            ssize_t received = recv(sockets[client], &name, 1, 0);
            answers[client] = received == 1 ? name : REFUSED;
            waiting--;
        }
    }
    return waiting;
}

static void visit(int type, struct sockaddr_in service, const char *first, int clients, int source)
{
    static int sockets[MAX_CLIENTS];
    static char answers[MAX_CLIENTS + 1];
    int waiting = 0;
    memset(answers, SILENT, clients);
    answers[clients] = 0;
    for (int client = 0; client < clients; client++) {
        int fd = sockets[client] = open_at(type, endpoint(first, client, source));
        int failed = connect(fd, (struct sockaddr *)&service, sizeof service) < 0 && errno != EINPROGRESS;
        if (failed || (type == SOCK_DGRAM && send(fd, "?", 1, 0) != 1)) {
            answers[client] = REFUSED;
            continue;
        }
        watch(fd, EPOLLIN | EPOLLONESHOT, client);
        waiting++;
        if (client % BATCH == 0)
            waiting = receive_answers(sockets, answers, waiting, 0);
    }
    receive_answers(sockets, answers, waiting, TIMEOUT);
    for (int client = 0; client < clients; client++)
        close(sockets[client]);
    puts(answers);
}

int main(int count, char **words)
{
    struct rlimit files;
    sure(getrlimit(RLIMIT_NOFILE, &files), "getrlimit");
    files.rlim_cur = files.rlim_max;
    sure(setrlimit(RLIMIT_NOFILE, &files), "setrlimit");
    queue = sure(epoll_create1(0), "epoll_create1");
    if (count == 5 && strcmp(words[1], "serve") == 0) {
        serve(words[2], words[3], atoi(words[4]));
    } else if (count == 9 && strcmp(words[1], "visit") == 0 && atoi(words[7]) <= MAX_CLIENTS) {
        for (int i = 0; i < atoi(words[5]); i++)
            visit(strcmp(words[2], "udp") == 0 ? SOCK_DGRAM : SOCK_STREAM, endpoint(words[3], 0, atoi(words[4]) + i), words[6], atoi(words[7]), atoi(words[8]) + i);
        return 0;
    }
    fprintf(stderr, "crowd serve NAME ADDRESS PORT | crowd visit tcp|udp ADDRESS PORT SERVICES FIRST CLIENTS SOURCE\n");
    return 2;
}
