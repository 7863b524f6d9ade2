using System.Net;
using Gorb.Tests.Api;

namespace Gorb.Tests.Why;

/// <summary>The endpoint, on the host that runs the tests and with a faked kernel.</summary>
public sealed class WhyApiTests : DaemonTest
{
    [Theory]
    [InlineData("/service/web/why", 400, "client")]
    [InlineData("/service/web/why?client=nobody", 400, "is not the address of a client")]
    [InlineData("/service/web/why?client=10.9.0.10:http", 400, "is not the address of a client")]
    [InlineData("/service/web/why?client=fd00:9::10", 400, "is of another address family than service 'web'")]
    [InlineData("/service/web/why?client=10.9.0.10&vip=10.9.0.100", 400, "is for services by firewall mark")]
    [InlineData("/service/mark/why?client=10.9.0.10&vip=fd00::1", 400, "is not an address of the service's family")]
    [InlineData("/service/web/why?client=10.9.0.10&port=1", 400, "is not a query member")]
    [InlineData("/service/none/why?client=10.9.0.10", 404, "there is no service 'none'")]
    public async Task WrongQuestions_AreExplained(string path, int status, string text)
    {
        await FillAsync();

        using var answer = await _daemon.SendAsync(HttpMethod.Get, path, null);

        answer.StatusCode.Should().Be((HttpStatusCode)status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain(text);
    }

    [Theory]
    [InlineData("/service/web/why?client=192.0.2.10")]
    [InlineData("/service/web/why?client=192.0.2.10:40000")]
    [InlineData("/service/mark/why?client=192.0.2.10&vip=192.0.2.1")]
    public async Task Question_IsAnswered(string path)
    {
        await FillAsync();

        var view = await _daemon.GetAsync(path);

        view.GetProperty("summary").GetString().Should().StartWith("Packets of 192.0.2.10 for ");
        view.GetProperty("broken").GetBoolean().Should().BeTrue("the virtual address is not one of this host");
    }

    private async Task FillAsync()
    {
        await _daemon.PutAsync("/service/web", """{"host": "192.0.2.1", "port": 80}""");
        await _daemon.PutAsync("/service/mark", """{"fwmark": 7, "family": "ipv4"}""");
    }
}
