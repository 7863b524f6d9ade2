using System.Globalization;
using System.Net;
using System.Text.Json;
using Gorb.Ipvs;
using Gorb.Ipvs.Wire;
using Gorb.Model;
using Gorb.Tests.Api;
using Gorb.Writer;

namespace Gorb.Tests.Writer;

/// <summary>The outcome of single and concurrent requests when the kernel refuses them, loses its answers or is missing.</summary>
public sealed class CommitTests : DaemonTest
{
    private const string Web = """{"host": "10.9.0.100", "port": 80}""";
    private static readonly ServiceKey WebKey = ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), 80);

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

    /// <summary>The error names the refused backend, so that a sender can leave it out and declare the rest.</summary>
    [Fact]
    public async Task Document_WithABackendThatTheKernelRefuses_NamesIt()
    {
        _daemon.Kernel.Refuse = static request => request.IpvsCommand == IpvsCommand.NewDestination && IsOdd(request) ? Errno.ENOMEM : Errno.None;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", Document(2));

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0].GetProperty("field").GetString().Should().Be("services.web.backends.b1");
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

    /// <summary>The kernel lost a service and refuses to add it again. Only the request for that service fails; the rest of the batch is applied.</summary>
    [Fact]
    public async Task Batch_WithAServiceTheKernelWillNotHaveBack_KeepsWhatOthersAskedFor()
    {
        await _daemon.PutAsync("/service/lost", """{"host": "10.9.0.100", "port": 81, "method": "mh"}""");
        await _daemon.PutAsync("/service/lost/b1", """{"host": "10.9.0.21", "port": 80}""");
        var key = _daemon.ReadKernel()[0].Service.Service.Key;
        _daemon.ChangeKernel(kernel => kernel.Apply([new IpvsChange.RemoveService(key)]));
        _daemon.Kernel.Table.Schedulers.Remove("mh");

        var (lost, web) = InOneBatch(transaction => PatchWeight(transaction, "lost", "b1", 1), PutWeb);

        (await lost.Awaiting(static change => change).Should().ThrowAsync<RequestException>()).Which.Problems[0].Text.Should().Contain("scheduler mh is not available");
        await web;
        _daemon.ReadKernel().Should().ContainSingle().Which.Service.Service.Key.Port.Should().Be(80);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)] // so many backends that a service of Gorb's own would be filled before its scheduler is set
    public async Task Adoption_Refused_LeavesTheOthersServiceAsItWas(int backends)
    {
        _daemon.ChangeKernel(static kernel => kernel.Apply([new IpvsChange.AddService(new VirtualService(WebKey) { Scheduler = "rr" }),
            new IpvsChange.AddDestination(WebKey, new Destination(new DestinationKey(IPAddress.Parse("10.7.0.1"), 80)))]));
        var before = _daemon.ReadKernel();
        _daemon.Kernel.Refuse = request => request.IpvsCommand == IpvsCommand.NewDestination && IsOdd(request) ? Errno.ENOMEM : Errno.None;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", Document(backends));

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        _daemon.ReadKernel().Should().BeEquivalentTo(before);
    }

    [Fact]
    public async Task LostAnswers_AndARefusal_LeaveNothingOfTheRequest()
    {
        await _daemon.PutAsync("/service/web", Web);
        _daemon.Kernel.LoseReplies = 1;
        _daemon.Kernel.Refuse = request => request.IpvsCommand == IpvsCommand.NewDestination && IsOdd(request) ? Errno.ENOMEM : Errno.None;

        var answer = await _daemon.SendAsync(HttpMethod.Put, "/config", Document(2));

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        _daemon.ReadKernel()[0].Destinations.Should().BeEmpty();
    }

    [Fact]
    public async Task LostAnswers_AndARefusal_RefuseOnlyWhoAskedForIt()
    {
        await _daemon.PutAsync("/service/web", Web);
        _daemon.Kernel.LoseReplies = 1;
        _daemon.Kernel.Refuse = request => request.IpvsCommand == IpvsCommand.NewDestination && IsOdd(request) ? Errno.ENOMEM : Errno.None;

        var (even, odd) = InOneBatch(static transaction => PutBackend(transaction, 2), static transaction => PutBackend(transaction, 1));

        await odd.Awaiting(static change => change).Should().ThrowAsync<RequestException>();
        await even;
        _daemon.ReadKernel()[0].Destinations.Select(entry => entry.Destination.Key.Address.ToString()).Should().Equal("10.8.0.2");
    }

    private static string Document(int backends) => "services:\n  web:\n    host: 10.9.0.100\n    port: 80\n    backends:\n" + string.Concat(
        Enumerable.Range(0, backends).Select(static i => string.Create(CultureInfo.InvariantCulture, $"      b{i}: {{ host: 10.8.0.{i}, port: 80 }}\n")));

    private (Task First, Task Second) InOneBatch(Action<Transaction> first, Action<Transaction> second)
    {
        using var held = new HeldWriter(_daemon);
        var tableWriter = _daemon.Service<TableWriter>();
        return (tableWriter.ChangeAsync(first), tableWriter.ChangeAsync(second));
    }

    private static void PutWeb(Transaction transaction) => transaction.Put(Service.Create("web", new ServiceSpec { Key = WebKey }));

    private static void PutBackend(Transaction transaction, int number)
    {
        var spec = new BackendSpec { Host = "", Address = IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.8.0.{number}")), Port = 80 };
        var web = transaction.Get("web");
        transaction.Put(web, Backend.Create(string.Create(CultureInfo.InvariantCulture, $"b{number}"), spec, DateTimeOffset.UnixEpoch, web.Spec));
    }

    private static void PatchWeight(Transaction transaction, string service, string backend, int weight)
    {
        var (owner, present) = transaction.Get(service, backend);
        transaction.Put(owner, present with { Spec = present.Spec with { Weight = weight } });
    }

    private static bool IsOdd(Shared.FakeRequest request) =>
        request.Nest(CommandAttribute.Destination)![(ushort)DestinationAttribute.Address][3] % 2 == 1;

    private static async Task<string?> ProblemAsync(HttpResponseMessage answer)
    {
        JsonElement view = await TestDaemon.JsonAsync(answer);
        return view.GetProperty("details")[0].GetProperty("problem").GetString();
    }
}
