using Gorb.Benchmarks;

// One measurement a call; eng/bench runs them and the peer in one boot and prints the ratios.
return args switch
{
    ["lines", var services, var backends] => Table.PrintIpvsadmLines(int.Parse(services), int.Parse(backends)),
    ["document", var services, var backends] => Table.PrintDocument(int.Parse(services), int.Parse(backends)),
    ["apply", var services, var backends] => ApplyBenchmark.RunBatch(int.Parse(services), int.Parse(backends)),
    ["sequence", var services, var backends, var journal] => ApplyBenchmark.RunSequence(int.Parse(services), int.Parse(backends), journal),
    ["puts", var url, var services, var backends, var connections] =>
        PutBenchmark.Run(new Uri(url), int.Parse(services), int.Parse(backends), int.Parse(connections), first: 0),
    ["puts", var url, var services, var backends, var connections, var first] =>
        PutBenchmark.Run(new Uri(url), int.Parse(services), int.Parse(backends), int.Parse(connections), int.Parse(first)),
    ["gets", var url, var count, var connections] => PutBenchmark.RunFloor(new Uri(url), int.Parse(count), int.Parse(connections)),
    ["edits", var url, var count, var query, .. var directors] => EditBenchmark.Run(new Uri(url), int.Parse(count), query, [.. directors.Select(int.Parse)]),
    ["start", var gorb, .. var options] => await StartBenchmark.RunAsync(gorb, options),
    ["use", var gorb, .. var options] => await StartBenchmark.RunAsync(gorb, options, isUsed: true),
    ["daemon"] => await FakedDaemon.RunAsync("none", null),
    ["daemon", var state] => await FakedDaemon.RunAsync(state, null),
    ["daemon", var state, var audit] => await FakedDaemon.RunAsync(state, audit),
    ["hole", var port] => BlackHole.Run(int.Parse(port)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: gorb-bench lines SERVICES BACKENDS                    the table as input for ipvsadm -R
               gorb-bench document SERVICES BACKENDS                 the table as a document for PUT /config
               gorb-bench apply SERVICES BACKENDS                    seconds to bring it into the kernel by IpvsClient.Apply
               gorb-bench sequence SERVICES BACKENDS JOURNAL         seconds to do so one change at a time, each written to the disk
               gorb-bench puts URL SERVICES BACKENDS CONNECTIONS [FIRST]
                                                                     seconds to bring it, or as much from service FIRST on, there by single PUTs
               gorb-bench gets URL COUNT CONNECTIONS                 seconds for as many GET /healthz: what HTTP alone takes
               gorb-bench edits URL COUNT QUERY PID...               milliseconds until an edit is answered (p50, p99), and until these directors' kernels have it (p50, p99)
               gorb-bench start GORB OPTIONS...                      seconds from start to the first answer, and memory when idle
               gorb-bench use GORB OPTIONS...                        the same, and memory when idle again after use
               gorb-bench daemon [STATE [AUDIT]]                     the daemon at 127.0.0.1:4672 over a faked kernel, for machines without IPVS
               gorb-bench hole PORT                                  a port that never answers a connection
        """);
    return 2;
}
