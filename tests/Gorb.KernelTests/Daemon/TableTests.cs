using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Daemon;

/// <summary>Every member of the API once, compared with the kernel's table in ipvsadm.</summary>
public sealed class TableTests(SharedDaemon daemon) : KernelTest(daemon)
{
    /// <summary>A service's body, and its line of ipvsadm -Sn.</summary>
    public static TheoryData<string, string> Services => new()
    {
        { """{"host": "10.9.0.100", "port": 80}""", "-A -t 10.9.0.100:80 -s wrr" },
        { """{"port": 80}""", "-A -t 10.9.0.1:80 -s wrr" },
        { """{"host": "10.9.0.100", "port": 53, "protocol": "udp", "method": "rr", "ops": true}""", "-A -u 10.9.0.100:53 -s rr -o" },
        { """{"host": "10.9.0.100", "port": 36412, "protocol": "sctp", "method": "wlc"}""", "-A --sctp-service 10.9.0.100:36412 -s wlc" },
        { """{"host": "fd00:9::100", "port": 80}""", "-A -t [fd00:9::100]:80 -s wrr" },
        { """{"fwmark": 7, "method": "sed"}""", "-A -f 7 -s sed" },
        { """{"fwmark": 8, "family": "ipv6"}""", "-A -f 8 -6 -s wrr" },
        { """{"host": "10.9.0.100", "port": 80, "persistent": true}""", "-A -t 10.9.0.100:80 -s wrr -p 300" },
        { """{"host": "10.9.0.100", "port": 0, "persistence": {"timeout": "2m", "netmask": "255.255.255.0"}}""", "-A -t 10.9.0.100:0 -s wrr -p 120 -M 255.255.255.0" },
        { """{"host": "fd00:9::100", "port": 80, "persistence": {"timeout": 45, "netmask": "64"}}""", "-A -t [fd00:9::100]:80 -s wrr -p 45 -M 64" },
        { """{"host": "10.9.0.100", "port": 5060, "protocol": "udp", "persistence": {"engine": "sip"}}""", "-A -u 10.9.0.100:5060 -s wrr -p 300 --pe sip" },
        { """{"host": "10.9.0.100", "port": 80, "method": "sh", "flags": "sh-fallback|sh-port"}""", "-A -t 10.9.0.100:80 -s sh -b sh-fallback,sh-port" },
        { """{"host": "10.9.0.100", "port": 80, "method": "mh", "flags": "mh-port"}""", "-A -t 10.9.0.100:80 -s mh -b mh-fallback,mh-port" },
        { """{"host": "10.9.0.100", "port": 80, "method": "mh", "flags": "mh-port|no-fallback"}""", "-A -t 10.9.0.100:80 -s mh -b mh-port" },
        { """{"host": "10.9.0.100", "port": 80, "method": "wrr", "flags": "flag-3"}""", "-A -t 10.9.0.100:80 -s wrr -b flag-3" },
    };

    /// <summary>A backend's body, and its options in ipvsadm -Sn.</summary>
    public static TheoryData<string, string> Backends => new()
    {
        { """{"host": "10.9.0.21", "port": 8080}""", "-r 10.9.0.21:8080 -m -w 100" },
        { """{"host": "10.9.0.21", "port": 80, "weight": 7}""", "-r 10.9.0.21:80 -m -w 7" },
        { """{"host": "10.9.0.21", "port": 80, "method": "dr"}""", "-r 10.9.0.21:80 -g -w 100" },
        { """{"host": "10.9.0.21", "port": 80, "method": "tunnel"}""", "-r 10.9.0.21:80 -i -w 100 --tun-type ipip" },
        { """{"host": "10.9.0.21", "port": 80, "method": "ipip"}""", "-r 10.9.0.21:80 -i -w 100 --tun-type ipip" },
        { """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080, "checksum": "full"}}""", "-r 10.9.0.21:80 -i -w 100 --tun-type gue --tun-port 6080 --tun-csum" },
        { """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gre"}}""", "-r 10.9.0.21:80 -i -w 100 --tun-type gre --tun-nocsum" },
        { """{"host": "fd00:9::21", "port": 80, "method": "tunnel"}""", "-r [fd00:9::21]:80 -i -w 100 --tun-type ipip" },
        { """{"host": "10.9.0.21", "port": 80, "weight": 2147483647}""", "-r 10.9.0.21:80 -m -w 2147483647" },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public async Task PutService_IsInTheKernelAsAsked(string body, string line)
    {
        await Gorb.PutAsync("/service/s", body);
        Shell.Ipvsadm().Should().Equal(line);

        await Gorb.PutAsync("/service/s", body);
        Shell.Ipvsadm().Should().Equal(line);

        await Gorb.DeleteAsync("/service/s");
        Shell.Ipvsadm().Should().BeEmpty();
    }

    [Theory]
    [InlineData("rr")]
    [InlineData("wrr")]
    [InlineData("lc")]
    [InlineData("wlc")]
    [InlineData("lblc")]
    [InlineData("lblcr")]
    [InlineData("sh")]
    [InlineData("dh")]
    [InlineData("sed")]
    [InlineData("nq")]
    [InlineData("fo")]
    [InlineData("ovf")]
    [InlineData("mh")]
    public async Task PutService_WithEveryScheduler_IsInTheKernel(string method)
    {
        await Gorb.PutAsync("/service/s", $$"""{"host": "10.9.0.100", "port": 80, "method": "{{method}}"}""");

        Shell.Ipvsadm().Should().Equal($"-A -t 10.9.0.100:80 -s {method}{(method is "sh" or "mh" ? $" -b {method}-fallback" : "")}");
    }

    [Fact]
    public async Task PutService_WithASchedulerTheKernelLacks_NamesItsModule()
    {
        var has = KernelFeature.Twos.IsThere;

        using var answer = await Gorb.SendAsync(HttpMethod.Put, "/service/s", """{"host": "10.9.0.100", "port": 80, "method": "twos"}""");

        answer.StatusCode.Should().Be(has ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);
        if (!has)
        {
            var view = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            view.GetProperty("error").GetString().Should().Be("error while calling into IPVS");
            view.GetProperty("details")[0].GetProperty("problem").GetString().Should().Contain("scheduler twos is not available").And.Contain("ip_vs_twos");
            (await Gorb.GetAsync("/service")).GetArrayLength().Should().Be(0);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task PutBackend_IsInTheKernelAsAsked(string body, string line)
    {
        await Gorb.PutAsync("/service/s", """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "none"}}""");

        await Gorb.PutAsync("/service/s/b", body);
        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:80 -s wrr", $"-a -t 10.9.0.100:80 {line}");

        await Gorb.DeleteAsync("/service/s/b");
        Shell.Ipvsadm().Should().Equal("-A -t 10.9.0.100:80 -s wrr");
    }

    [Fact]
    public async Task PatchBackend_ReplacesWhatIsGivenAndNothingElse()
    {
        await Gorb.PutAsync("/service/s", """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "none"}}""");
        await Gorb.PutAsync("/service/s/b", """{"host": "10.9.0.21", "port": 80, "method": "tunnel", "tunnel": {"type": "gue", "port": 6080}, "upper_threshold": 9}""");

        await Gorb.PatchAsync("/service/s/b", """{"weight": 0}""");

        Shell.Ipvsadm().Should().Contain("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -i -w 0 --tun-type gue --tun-port 6080 --tun-nocsum");
        Shell.IpvsadmThresholds().Should().Equal("10.9.0.21:80 9 0");
    }

    [Fact]
    public async Task PutBackend_WithThresholds_HasThemInTheKernel()
    {
        await Gorb.PutAsync("/service/s", """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "none"}}""");

        await Gorb.PutAsync("/service/s/b", """{"host": "10.9.0.21", "port": 80, "upper_threshold": 100, "lower_threshold": 60}""");

        Shell.IpvsadmThresholds().Should().Equal("10.9.0.21:80 100 60");
    }

    [Fact]
    public async Task PutService_OtherPort_MovesItWithItsBackends()
    {
        await Gorb.PutServiceAsync("s", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");

        await Gorb.PatchAsync("/service/s", """{"port": 81}""");

        Shell.Ipvsadm().Should().HaveCount(4).And.OnlyContain(line => line.Contains("10.9.0.100:81"));
    }

    [Fact]
    public async Task PutService_ThatTheKernelHasAlready_IsAdoptedInPlace()
    {
        Shell.Run("ipvsadm", "-A", "-t", "10.9.0.100:80", "-s", "rr");
        Shell.Run("ipvsadm", "-a", "-t", "10.9.0.100:80", "-r", "10.9.0.29:80", "-m");

        await Gorb.PutAsync("/service/s", """{"host": "10.9.0.100", "port": 80, "method": "wlc", "pulse": {"type": "none"}}""");
        await Gorb.PutAsync("/service/s/b", """{"host": "10.9.0.21", "port": 80}""");

        Shell.Ipvsadm().Should().Equal(
            "-A -t 10.9.0.100:80 -s wlc", "-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 100", "-a -t 10.9.0.100:80 -r 10.9.0.29:80 -m -w 1");
    }

    [Fact]
    public async Task Delete_WhatOthersRemoved_Succeeds()
    {
        await Gorb.PutServiceAsync("s", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        Shell.Run("ipvsadm", "-C");

        await Gorb.DeleteAsync("/service/s/b1");
        await Gorb.DeleteAsync("/service/s");

        Shell.Ipvsadm().Should().BeEmpty();
    }

    [Fact]
    public async Task Put_AfterOthersEmptiedTheTable_BringsTheServiceBack()
    {
        await Gorb.PutServiceAsync("s", """{"host": "10.9.0.100", "port": 80, "method": "rr"}""");
        Shell.Run("ipvsadm", "-C");

        await Gorb.PatchAsync("/service/s/b1", """{"weight": 5}""");

        Shell.Ipvsadm().Should().HaveCount(4).And.Contain("-a -t 10.9.0.100:80 -r 10.9.0.21:80 -m -w 5");
    }
}
