using System.Net;
using System.Net.Sockets;
using Gorb.Health.Probes;
using Gorb.Model.Checks;

namespace Gorb.Tests.Health.Probes;

public sealed class UdpAndDnsProbeTests : IDisposable
{
    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));

    private int Port => ((IPEndPoint)_server.Client.LocalEndPoint!).Port;

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("pong", true, "answered")]
    [InlineData("nope", false, "answered 9 bytes without the expected ones")]
    public async Task Udp_ReplyIsJudged(string expect, bool passes, string reason)
    {
        _ = AnswerAsync(query => [.. "<pong:"u8, .. query, (byte)'>']);

        var result = await RunAsync(new UdpProbe(), new UdpArgs { Payload = [.. "hi"u8], Expect = [.. System.Text.Encoding.ASCII.GetBytes(expect)] });

        (result.Passed, result.Reason).Should().Be((passes, reason));
    }

    /// <summary>The kernel needs 3.1 s to find that a host is unreachable, so a shorter silence proves nothing.</summary>
    [Fact]
    public async Task Udp_Silence_IsFineWhereNothingIsExpected_AfterTheKernelHadTimeToFindNobody()
    {
        var result = await RunAsync(new UdpProbe(), new UdpArgs(), TimeSpan.FromMilliseconds(200));

        (result.Passed, result.Reason).Should().Be((true, "no answer, and none was expected"));
        result.Latency.Should().BeGreaterThan(TimeSpan.FromSeconds(3.4));
    }

    [Fact]
    public async Task Udp_Silence_WhereSomethingIsExpected_TimesOut() =>
        (await RunAsync(new UdpProbe(), new UdpArgs { Expect = [1] }, TimeSpan.FromMilliseconds(200))).Reason.Should().Be("timed out after 200ms");

    [Fact]
    public async Task Udp_NobodyThere_IsUnreachable()
    {
        var port = Port;
        _server.Dispose();

        (await Probe.RunAsync(new UdpProbe(), Probe.Target(new UdpArgs { Payload = [1] }, port))).Reason.Should().Be("port unreachable");
    }

    [Theory]
    [InlineData("10.1.2.3", true, "answered 10.1.2.3")]
    [InlineData("10.1.2.4", false, "answered 10.1.2.3 without 10.1.2.4")]
    public async Task Dns_AnswerIsJudged(string expect, bool passes, string reason)
    {
        _ = AnswerAsync(query => Reply(query, 0));

        var result = await RunAsync(new DnsProbe(), new DnsArgs { Name = "web.example", Expect = [expect] });

        (result.Passed, result.Reason).Should().Be((passes, reason));
    }

    [Fact]
    public async Task Dns_Error_IsSaid()
    {
        _ = AnswerAsync(query => Reply(query, 3));

        var result = await RunAsync(new DnsProbe(), new DnsArgs { Name = "web.example" });

        result.Passed.Should().BeFalse();
        result.Reason.Should().Be("the server answered NXDOMAIN");
    }

    [Fact]
    public async Task Dns_Silence_TimesOut() =>
        (await RunAsync(new DnsProbe(), new DnsArgs { Name = "web.example" }, TimeSpan.FromMilliseconds(300))).Reason.Should().Be("timed out after 300ms");

    [Fact]
    public async Task Dns_AnswerThatIsNone_IsAFailure()
    {
        _ = AnswerAsync(query => [.. query[..2], .. "this is no answer to any question"u8]);

        var result = await RunAsync(new DnsProbe(), new DnsArgs { Name = "web.example" });

        (result.Passed, result.IsLocalFault).Should().Be((false, false));
    }

    /// <summary>Addresses match in any spelling; names match in any case, with or without the final dot.</summary>
    [Theory]
    [InlineData("AAAA", "2001:DB8:0::7")]
    [InlineData("AAAA", "2001:0db8:0000:0000:0000:0000:0000:0007")]
    [InlineData("CNAME", "WWW.Example.")]
    [InlineData("NS", "www.example")]
    [InlineData("PTR", "www.EXAMPLE.")]
    [InlineData("MX", "10 WWW.example.")]
    [InlineData("MX", " 010  www.example")]
    [InlineData("SRV", "1 2 443 www.Example.")]
    [InlineData("SOA", "www.EXAMPLE")]
    [InlineData("TXT", "v=spf1 A.")]
    public async Task Dns_AnswersAreComparedByWhatTheyMean(string type, string expect)
    {
        _ = AnswerAsync(query => Record(query, type));

        var result = await RunAsync(new DnsProbe(), new DnsArgs { Name = "web.example", RecordType = type, Expect = [expect] });

        result.Passed.Should().BeTrue(result.Reason);
    }

    [Theory]
    [InlineData("AAAA", "2001:db8::8")]
    [InlineData("CNAME", "ww.example")]
    [InlineData("MX", "20 www.example")]
    [InlineData("MX", "www.example")]
    [InlineData("SRV", "1 2 80 www.example")]
    [InlineData("TXT", "v=spf1 a.")]
    public async Task Dns_OtherAnswers_AreNotWhatIsExpected(string type, string expect)
    {
        _ = AnswerAsync(query => Record(query, type));

        (await RunAsync(new DnsProbe(), new DnsArgs { Name = "web.example", RecordType = type, Expect = [expect] })).Passed.Should().BeFalse();
    }

    private Task<ProbeResult> RunAsync(IAsyncProbe probe, PulseArgs args, TimeSpan? timeout = null) => Probe.RunAsync(probe, Probe.Target(args, Port, timeout));

    private async Task AnswerAsync(Func<byte[], byte[]> answer)
    {
        var query = await _server.ReceiveAsync(TestContext.Current.CancellationToken);
        await _server.SendAsync(answer(query.Buffer), query.RemoteEndPoint, TestContext.Current.CancellationToken);
    }

    /// <summary>A reply with one record of the requested type, about www.example or 2001:db8::7.</summary>
    private static byte[] Record(byte[] query, string type)
    {
        byte[] name = [3, .. "www"u8, 7, .. "example"u8, 0];
        byte[] data = type switch
        {
            "AAAA" => IPAddress.Parse("2001:db8::7").GetAddressBytes(),
            "MX" => [0, 10, .. name],
            "SRV" => [0, 1, 0, 2, 1, 187, .. name],
            "SOA" => [.. name, .. name, .. new byte[20]],
            "TXT" => [5, .. "v=spf"u8, 4, .. "1 A."u8],
            _ => name,
        };
        var end = Array.IndexOf(query, (byte)0, 12) + 5;
        return [query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, .. query[12..end], 0xC0, 12, query[end - 4], query[end - 3], 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data];
    }

    /// <summary>A reply to a query (RFC 1035, 4.1): one A record 10.1.2.3, or only a response code.</summary>
    private static byte[] Reply(byte[] query, byte code)
    {
        var end = Array.IndexOf(query, (byte)0, 12) + 5; // the question: name, type, class
        byte answers = code == 0 ? (byte)1 : (byte)0;
        byte[] header = [query[0], query[1], 0x81, (byte)(0x80 | code), 0, 1, 0, answers, 0, 0, 0, 0];
        byte[] record = code == 0 ? [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 1, 2, 3] : [];
        return [.. header, .. query[12..end], .. record];
    }
}
