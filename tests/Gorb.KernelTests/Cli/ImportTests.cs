using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Cli;

/// <summary>Adopts a table of ipvsadm: <c>ipvsadm -Sn | gorb import ipvsadm - | gorb apply -</c>.</summary>
public sealed class ImportTests(SharedDaemon daemon) : KernelTest(daemon)
{
    private static readonly string[] Table =
    [
        "-A -t 10.9.0.100:80 -s rr",
        "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 100",
        "-a -t 10.9.0.100:80 -r 10.9.0.22:80 -g -w 7",
        "-a -t 10.9.0.100:80 -r 10.9.0.23:80 -i -w 1 --tun-type ipip",
        "-a -t 10.9.0.100:80 -r [fd00:9::21]:80 -i -w 1 --tun-type ipip",
        "-A -t 10.9.0.101:80 -s mh -b mh-port",
        "-a -t 10.9.0.101:80 -r 10.9.0.21:80 -i -w 100 --tun-type gue --tun-port 6080 --tun-csum",
        "-a -t 10.9.0.101:80 -r 10.9.0.22:80 -i -w 100 --tun-type gre --tun-nocsum",
        "-A -t 10.9.0.100:8080 -s sh -b sh-fallback,sh-port",
        "-a -t 10.9.0.100:8080 -r 10.9.0.21:80 -m -w 2",
        "-A -t 10.9.0.100:8081 -s wrr -b flag-3",
        "-A -t 10.9.0.100:0 -s wrr -p 120 -M 255.255.255.0",
        "-A -u 10.9.0.100:53 -s rr -o",
        "-A -u 10.9.0.100:5060 -s wrr -p 300 --pe sip",
        "-A --sctp-service 10.9.0.100:36412 -s wlc",
        "-A -t [fd00:9::100]:80 -s wrr -p 45 -M 64",
        "-a -t [fd00:9::100]:80 -r [fd00:9::21]:80 -m -w 0",
        "-A -f 7 -s sed",
        "-a -f 7 -r 10.9.0.21:80 -g -w 5",
        "-A -f 8 -6 -s wrr",
    ];

    [Fact]
    public async Task Import_Applied_AdoptsEveryEntryAsItIs_AndNothingDiffersThen()
    {
        Shell.Run("sh", "-c", $"ipvsadm -R <<'END'\n{string.Join('\n', Table)}\nEND\n");
        Visitor.Visit(Network.Vip4, 8080, 1).Should().Equal("b1");
        var counters = await Shell.CountedAsync("10.9.0.100:8080", connections: 1);
        var saved = Shell.Run("ipvsadm", "-Sn");
        Shell.Ipvsadm().Should().BeEquivalentTo(Table);

        (await ImportAndAsync("apply", saved)).Should().BeEquivalentTo(new { Status = 0, Errors = "" });

        Shell.Run("ipvsadm", "-Sn").Should().Be(saved);
        Shell.IpvsadmConnections("-t", "10.9.0.100:8080").Should().Equal(counters, "a new entry would count from 0");
        (await Gorb.GetAsync("/ipvs")).ToString().Should().NotContain("\"managed\": false");
        (await ImportAndAsync("diff", saved)).Should().Be(new VerbResult(0, "", ""));
    }

    /// <summary>The other direction: ipvsadm prints Gorb's table, and its import equals the table in every member.</summary>
    [Fact]
    public async Task Import_OfWhatGorbPut_IsWhatItPut()
    {
        await Gorb.PutAsync("/service/tcp-10.9.0.100-80", """{"host": "10.9.0.100", "port": 80, "method": "wlc", "persistence": {"timeout": "2m", "netmask": "255.255.0.0"}}""");
        await Gorb.PutAsync("/service/tcp-10.9.0.100-80/10.9.0.21-80", """{"host": "10.9.0.21", "port": 80, "weight": 9}""");
        await Gorb.PutAsync("/service/tcp-10.9.0.100-80/10.9.0.22-80", """{"host": "10.9.0.22", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080}}""");
        await Gorb.PutAsync("/service/fwmark6-8", """{"fwmark": 8, "family": "ipv6"}""");
        await Gorb.PutAsync("/service/udp-10.9.0.100-5060", """{"host": "10.9.0.100", "port": 5060, "protocol": "udp", "ops": true, "persistence": {"engine": "sip"}}""");
        await Gorb.PutAsync("/service/sctp-fd00:9::100-36412", """{"host": "fd00:9::100", "port": 36412, "protocol": "sctp", "method": "mh", "flags": "mh-fallback|mh-port"}""");

        (await ImportAndAsync("diff", Shell.Run("ipvsadm", "-Sn"))).Should().Be(new VerbResult(0, "", ""));

        Shell.Run("ipvsadm", "-e", "-t", "10.9.0.100:80", "-r", "10.9.0.21:80", "-m", "-w", "8");
        (await ImportAndAsync("diff", Shell.Run("ipvsadm", "-Sn"))).Should().Be(new VerbResult(1, "change backend tcp-10.9.0.100-80/10.9.0.21-80: weight from 9 to 8\n", ""));
    }

    [Fact]
    public async Task Import_OfAnythingElse_NamesTheLine()
    {
        using var file = new TemporaryFile("-A -t 10.9.0.100:80 -s rr\n-a -t 10.9.0.100:81 -r 10.9.0.21:80 -m\n");

        var refused = await VerbResult.RunAsync("", "import", "ipvsadm", file.Path);

        refused.Should().Be(new VerbResult(2, "", $"gorb: {file.Path}: line 2: there is no such service above: -a -t 10.9.0.100:81 -r 10.9.0.21:80 -m\n"));
    }

    private async Task<VerbResult> ImportAndAsync(string verb, string saved)
    {
        var document = await VerbResult.RunAsync(saved, "import", "ipvsadm", "-");
        (document.Status, document.Errors).Should().Be((0, ""));
        return await VerbResult.RunAsync(document.Output, verb, "-", "-s", Gorb.Http.BaseAddress!.ToString());
    }
}
