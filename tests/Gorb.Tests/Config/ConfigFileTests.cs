using Gorb.Config;
using Gorb.Tests.Shared;
using Gorb.Tests.State;

namespace Gorb.Tests.Config;

public sealed class ConfigFileTests : IDisposable
{
    private const string Good = "services:\n  web: { host: 10.9.0.100, port: 80 }\n";
    private readonly TemporaryFile _file = new();
    private readonly FakeKernel _kernel = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public async Task Start_WithFile_MakesItTheWantedTable()
    {
        await using var daemon = await StartAsync(Good);

        (await daemon.GetAsync("/service")).ToString().Should().Contain("web");
        daemon.ReadKernel().Should().ContainSingle();
    }

    [Fact]
    public async Task Look_FileChanged_AppliesIt()
    {
        await using var daemon = await StartAsync(Good);

        await WriteAndLookAsync(daemon, "services:\n  mail: { host: 10.9.0.100, port: 25 }\n");

        daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Port).Should().Equal(25);
    }

    [Fact]
    public async Task Look_BadFile_KeepsTheTableAndTakesTheNextGoodOne()
    {
        await using var daemon = await StartAsync(Good);

        await WriteAndLookAsync(daemon, "services:\n  web: { host: 10.9.0.100, prt: 81 }\n");
        daemon.ReadKernel().Select(entry => entry.Service.Service.Key.Port).Should().Equal(80);

        await WriteAndLookAsync(daemon, "services: {}\n");
        daemon.ReadKernel().Should().BeEmpty();
    }

    [Fact]
    public async Task Look_SameFile_LeavesWhatTheApiDidMeanwhile()
    {
        await using var daemon = await StartAsync(Good);
        await daemon.PutAsync("/service/mail", """{"host": "10.9.0.100", "port": 25}""");

        await daemon.Service<ConfigFile>().LookAsync(TestContext.Current.CancellationToken);

        daemon.ReadKernel().Should().HaveCount(2);
    }

    [Fact]
    public async Task Start_FileMissing_StartsAndTakesItWhenItIsThere()
    {
        await using var daemon = new TestDaemon { Kernel = _kernel, Config = _file.Path };
        await daemon.InitializeAsync();
        daemon.ReadKernel().Should().BeEmpty();

        await WriteAndLookAsync(daemon, Good);

        daemon.ReadKernel().Should().ContainSingle();
    }

    private async Task<TestDaemon> StartAsync(string document)
    {
        _file.Write(System.Text.Encoding.UTF8.GetBytes(document));
        var daemon = new TestDaemon { Kernel = _kernel, Config = _file.Path };
        await daemon.InitializeAsync();
        return daemon;
    }

    private async Task WriteAndLookAsync(TestDaemon daemon, string document)
    {
        _file.Write(System.Text.Encoding.UTF8.GetBytes(document));
        await daemon.Service<ConfigFile>().LookAsync(TestContext.Current.CancellationToken);
    }
}
