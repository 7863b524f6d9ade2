using System.Net;

namespace Gorb.Tests.Api;

/// <summary>Every member that holds an address accepts the same forms.</summary>
public sealed class AddressFormTests(TestDaemon daemon) : IClassFixture<TestDaemon>
{
    public static TheoryData<string, string> Refused => new()
    {
        { "[fd00:9::22]:8080", "8080 in port" },
        { "fd00:9::22%br0", "write fd00:9::22" },
        { "fd00:9::22%7", "write fd00:9::22" },
        { "fe80::1%1", "link-local" },
        { "fe80::1", "link-local" },
        { "10.9.0.021", "10.9.0.17" },
        { "168361237", "10.8.253.21" },
        { "10.9.257", "10.9.1.1" },
        { "0x0a090016", "10.9.0.22" },
        { "::ffff:10.9.0.1", "10.9.0.1" },
        { "10.9.0.1:80", "80 in port" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Host_InAnotherForm_Is400WithTheUsualOne(string host, string remedy)
    {
        await daemon.PutAsync("/service/forms", """{"host": "fd00:9::100", "port": 80}""");

        foreach (var (path, body, field) in new[]
        {
            ("/service/other", $$"""{"host": "{{host}}", "port": 80}""", "host"),
            ("/service/other", $$"""{"host": "10.9.0.100", "port": 80, "sorry": {"host": "{{host}}"} }""", "sorry.host"),
            ("/service/forms/b1", $$"""{"host": "{{host}}", "port": 80, "method": "tunnel"}""", "host"),
            ("/config", $$$"""{"services": {"other": {"host": "{{{host}}}", "port": 80} } }""", "services.other.host"),
            ("/config", $$$$"""{"services": {"forms": {"host": "10.9.0.100", "port": 80, "backends": {"b1": {"host": "{{{{host}}}}", "port": 80} } } } }""", "services.forms.backends.b1.host"),
        })
        {
            var answer = await daemon.SendAsync(HttpMethod.Put, path, body);

            answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, body);
            var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().First();
            detail.GetProperty("field").GetString().Should().Be(field);
            detail.GetProperty("problem").GetString().Should().Contain(remedy, body);
        }
    }

    /// <summary>A check connects to its host, so only this address may be link-local, with its device.</summary>
    [Theory]
    [InlineData("[fd00:9::22]", "without brackets")]
    [InlineData("fd00:9::22%1", "write fd00:9::22")]
    [InlineData("10.9.0.021", "10.9.0.17")]
    [InlineData("168361237", "10.8.253.21")]
    [InlineData("::ffff:10.9.0.1", "10.9.0.1")]
    [InlineData("10.9.0.1:80", "80 in port")]
    public async Task HostOfACheck_InAnotherForm_Is400WithTheUsualOne(string host, string remedy)
    {
        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/checked", $$$"""{"host": "10.9.0.100", "port": 81, "pulse": {"args": {"host": "{{{host}}}"} } }""");

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        var detail = (await TestDaemon.JsonAsync(answer)).GetProperty("details").EnumerateArray().Single();
        detail.GetProperty("field").GetString().Should().Be("pulse.args.host");
        detail.GetProperty("problem").GetString().Should().Contain(remedy);
    }

    /// <summary>Two spellings of one address are the same endpoint.</summary>
    [Fact]
    public async Task Backends_AtOneAddressInTwoSpellings_StandInEachOthersWay()
    {
        await daemon.PutAsync("/service/spelt", """{"host": "fd00:9::101", "port": 80}""");
        await daemon.PutAsync("/service/spelt/b1", """{"host": "fd00:9::22", "port": 80}""");

        var answer = await daemon.SendAsync(HttpMethod.Put, "/service/spelt/b2", """{"host": "FD00:9:0::22", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.Conflict);
    }
}
