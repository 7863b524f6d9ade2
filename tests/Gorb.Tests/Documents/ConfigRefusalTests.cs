using System.Net;
using Gorb.Tests.Api;
using Gorb.Tests.Shared;
using Gorb.Tests.State;

namespace Gorb.Tests.Documents;

/// <summary>A document that cannot be applied as a whole changes nothing: not the kernel, not the wanted table, not the saved state.</summary>
public sealed class ConfigRefusalTests : IDisposable
{
    private readonly TemporaryFile _file = new();
    private readonly FakeKernel _kernel = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Put_OneServiceTheKernelRefuses_LeavesEverythingAsItWas()
    {
        string before;
        List<string> table;
        await using (var daemon = await StartAsync())
        {
            await daemon.PutAsync("/config", ConfigApiTests.Document);
            (before, table) = ((await daemon.GetAsync("/config")).ToString(), ConfigApiTests.Kernel(daemon));
            _kernel.Table.Schedulers.Remove("lblcr");

            var answer = await daemon.SendAsync(HttpMethod.Put, "/config",
                """{"services": {"new": {"host": "10.9.0.100", "port": 81}, "bad": {"host": "10.9.0.100", "port": 82, "method": "lblcr"}}}""");

            answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
            var problem = (await TestDaemon.JsonAsync(answer)).GetProperty("details")[0];
            problem.GetProperty("field").GetString().Should().Be("services.bad");
            problem.GetProperty("problem").GetString().Should().Contain("lblcr");
            (await daemon.GetAsync("/config")).ToString().Should().Be(before);
            ConfigApiTests.Kernel(daemon).Should().BeEquivalentTo(table);
        }

        _kernel.Table.Schedulers.Add("lblcr"); // the document would now succeed
        var mutations = _kernel.Mutations;
        await using var again = await StartAsync();

        _kernel.Mutations.Should().Be(mutations);
        (await again.GetAsync("/config")).ToString().Should().Be(before);
        ConfigApiTests.Kernel(again).Should().BeEquivalentTo(table);
    }

    private async Task<TestDaemon> StartAsync()
    {
        var daemon = new TestDaemon { Kernel = _kernel, State = _file.Path };
        await daemon.InitializeAsync();
        return daemon;
    }
}
