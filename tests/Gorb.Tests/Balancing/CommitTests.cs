using System.Globalization;
using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;

namespace Gorb.Tests.Balancing;

/// <summary>What becomes of requests when the kernel refuses, loses its answers or is not there; and of many at once.</summary>
public sealed class CommitTests : IAsyncLifetime
{
    private const string Web = """{"host": "10.9.0.100", "port": 80}""";
    private readonly TestDaemon _daemon = new();

    public ValueTask InitializeAsync() => _daemon.InitializeAsync();

    public ValueTask DisposeAsync() => _daemon.DisposeAsync();

    [Fact]
    public async Task Put_MissingModule_Is503WithTheRemedy_AndWorksOnceItIsLoaded()
    {
        _daemon.Kernel.IsLoaded = false;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", Web);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ProblemAsync(answer)).Should().Contain("modprobe ip_vs");
        var readiness = await _daemon.SendAsync(HttpMethod.Get, "/readyz", null);
        readiness.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await readiness.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Contain("modprobe ip_vs");
        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);

        _daemon.Kernel.IsLoaded = true;
        await _daemon.PutAsync("/service/web", Web);
        _daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task Put_WithoutPrivilege_Is503WithTheRemedy()
    {
        _daemon.Kernel.IsPrivileged = false;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", Web);

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await ProblemAsync(answer)).Should().Contain("CAP_NET_ADMIN");
    }

    [Fact]
    public async Task Put_SchedulerTheKernelLacks_LeavesNothing()
    {
        _daemon.Kernel.Table.Schedulers.Remove("mh");

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web", """{"host": "10.9.0.100", "port": 80, "method": "mh"}""");

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await ProblemAsync(answer)).Should().Contain("scheduler mh is not available: load module ip_vs_mh");
        (await _daemon.GetAsync("/service")).GetArrayLength().Should().Be(0);
        _daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Move_RefusedHalfWay_KeepsTheOldServiceWithItsBackends()
    {
        await _daemon.PutAsync("/service/web", Web);
        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");
        var before = _daemon.ReadKernel();
        var added = 0;
        _daemon.Kernel.Refuse = request => request.IpvsCommand == IpvsCommand.NewDestination && added++ == 0 ? Errno.ENOMEM : Errno.None;

        var answer = await _daemon.SendAsync(HttpMethod.Patch, "/service/web", """{"port": 81}""");

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await ProblemAsync(answer)).Should().Contain("out of memory");
        _daemon.ReadKernel().Should().BeEquivalentTo(before);
        (await _daemon.GetAsync("/service/web")).GetProperty("options").GetProperty("port").GetInt32().Should().Be(80);
    }

    [Fact]
    public async Task LostAnswers_AreMadeUpForByALook()
    {
        await _daemon.PutAsync("/service/web", Web);
        _daemon.Kernel.LoseReplies = 1;

        await _daemon.PutAsync("/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        _daemon.ReadKernel()[0].Destinations.Should().ContainSingle();
    }

    [Fact]
    public async Task LostAnswersTwice_AreToldAndNothingOfTheRequestStays()
    {
        await _daemon.PutAsync("/service/web", Web);
        _daemon.Kernel.LoseReplies = 2;
        _daemon.Kernel.Refuse = request => request.IpvsCommand == IpvsCommand.NewDestination ? Errno.ENOMEM : Errno.None;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/service/web/b1", """{"host": "10.9.0.21", "port": 80}""");

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await _daemon.SendAsync(HttpMethod.Get, "/service/web/b1", null)).StatusCode.Should().Be(HttpStatusCode.NotFound);
        _daemon.Kernel.Refuse = static _ => Errno.None;
        await _daemon.PutAsync("/service/web/b2", """{"host": "10.9.0.22", "port": 80}""");
        _daemon.ReadKernel()[0].Destinations.Select(entry => entry.Destination.Key.Address.ToString()).Should().Equal("10.9.0.22");
    }

    [Fact]
    public async Task ManyAtOnce_EachGetsItsOwnAnswer()
    {
        await _daemon.PutAsync("/service/web", Web);
        _daemon.Kernel.Refuse = request => request.IpvsCommand == IpvsCommand.NewDestination && IsOdd(request) ? Errno.ENOMEM : Errno.None;

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => _daemon.SendAsync(HttpMethod.Put,
            string.Create(CultureInfo.InvariantCulture, $"/service/web/b{i}"), $$"""{"host": "10.8.0.{{i}}", "port": 80}""")));

        answers.Select(answer => answer.StatusCode).Should().Equal(Enumerable.Range(0, 200).Select(i => i % 2 == 1 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK));
        (await _daemon.GetAsync("/service/web")).GetProperty("backends").GetArrayLength().Should().Be(100);
        _daemon.ReadKernel()[0].Destinations.Should().HaveCount(100);
    }

    [Fact]
    public async Task ContraryRequestsAtOnce_EndInOneOfTheirOrders()
    {
        await _daemon.PutAsync("/service/web", Web);
        for (var round = 0; round < 50; round++)
        {
            await Task.WhenAll(
                _daemon.SendAsync(HttpMethod.Put, "/service/web/b", """{"host": "10.9.0.21", "port": 80, "weight": 1}"""),
                _daemon.SendAsync(HttpMethod.Patch, "/service/web/b", """{"weight": 2}"""),
                _daemon.SendAsync(HttpMethod.Delete, "/service/web/b", null));

            var shown = await _daemon.SendAsync(HttpMethod.Get, "/service/web/b", null);
            var weights = _daemon.ReadKernel()[0].Destinations.Select(entry => entry.Destination.Weight).ToList();
            if (shown.StatusCode == HttpStatusCode.OK)
            {
                weights.Should().Equal((await TestDaemon.JsonAsync(shown)).GetProperty("options").GetProperty("weight").GetInt32());
            }
            else
            {
                weights.Should().BeEmpty();
            }
        }
    }

    private static bool IsOdd(Shared.FakeRequest request) =>
        request.Nest(CommandAttribute.Destination)![(ushort)DestinationAttribute.Address][3] % 2 == 1;

    private static async Task<string?> ProblemAsync(HttpResponseMessage answer)
    {
        JsonElement view = await TestDaemon.JsonAsync(answer);
        return view.GetProperty("details")[0].GetProperty("problem").GetString();
    }
}
