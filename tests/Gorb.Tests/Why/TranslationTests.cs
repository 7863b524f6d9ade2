using System.Net;
using Gorb.Ipvs.Nftables;
using Gorb.Why;
using static Gorb.Tests.Why.TraceTests;

namespace Gorb.Tests.Why;

/// <summary>The step of the reply in services with masquerade. The host is on 10.9.0.0/24.</summary>
public sealed class TranslationTests
{
    [Theory]
    [InlineData(MasqueradeMode.Never, "10.9.0.10", "unknown", "both are in one network")]
    [InlineData(MasqueradeMode.Never, "192.0.2.7", "unknown", "through this host, which cannot be seen from here")]
    [InlineData(MasqueradeMode.Always, "10.9.0.10", "ok", "an address of this host, to which the backend replies")]
    [InlineData(MasqueradeMode.Always, "192.0.2.7", "ok", "an address of this host, to which the backend replies")]
    [InlineData(MasqueradeMode.Automatic, "10.9.0.10", "ok", "an address of this host, to which the backend replies")]
    [InlineData(MasqueradeMode.Automatic, "192.0.2.7", "unknown", "with masquerade auto this client keeps its address")]
    public void Mode_AndClient_Decide(MasqueradeMode mode, string client, string result, string text) =>
        Ask(mode, client).Should().Match<WhyStepView>(step => step.Result == result && step.Seen.Contains(text));

    /// <summary>A backend behind a router is on none of this host's networks.</summary>
    [Fact]
    public void Automatic_CoversAllClientsOfABackendElsewhere()
    {
        var question = Ask(MasqueradeMode.Automatic) with { Client = IPAddress.Parse("192.0.2.7") };

        Trace.Run(question with { Host = question.Host with { Addresses = [Address(2, "10.9.0.100", 32)] } }).Steps[^1].Result.Should().Be("ok");
    }

    [Fact]
    public void WithoutConnectionTracking_NothingIsTranslated()
    {
        var question = Ask(MasqueradeMode.Always);
        question = question with { Host = question.Host with { Setting = static name => name == "net.ipv4.vs.conntrack" ? "0" : Fine.Host.Setting(name) } };

        Trace.Run(question).Steps[^1].Should().Match<WhyStepView>(static step => step.Result == "unknown" && step.Command == "sysctl -w net.ipv4.vs.conntrack=1");
        Trace.Run(question with { Connections = new([Connection(40_000, 21, "SYN_RECV", 50)], true) })
            .Should().Match<WhyView>(static view => view.Broken && view.Command == "sysctl -w net.ipv4.vs.conntrack=1" && view.Summary.Contains("so that masquerade does not work"));
    }

    private static Question Ask(MasqueradeMode mode) => Fine with
    {
        Entry = Entry("rr", Destination(21)),
        Service = Fine.Service with { Spec = Fine.Service.Spec with { Masquerade = mode } },
    };

    private static WhyStepView Ask(MasqueradeMode mode, string client) => Trace.Run(Ask(mode) with { Client = IPAddress.Parse(client) }).Steps[^1];
}
