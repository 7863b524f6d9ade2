using System.Net;
using Gorb.Ipvs;
using Gorb.Tests.Targets.Host;

namespace Gorb.Tests.State;

/// <summary>The daemon compares a snapshot of the kernel's table at its start, and the whole table before its first change.</summary>
public sealed class SnapshotStartTests : RestartTest
{
    /// <summary>/proc does not print thresholds, so the snapshot misses one that another program set; Gorb compares the rest before its first change.</summary>
    [Fact]
    public async Task Start_SnapshotShowsWhatWasLeft_ComparesTheRestBeforeTheFirstChange()
    {
        await LeaveHiddenThresholdAsync();
        var mutations = _kernel.Mutations;
        await using var again = await StartAsync(Summarize);
        _kernel.Mutations.Should().Be(mutations);
        Thresholds().Should().Equal(9);

        await again.PutAsync("/service/other", """{"host": "10.9.0.101", "port": 80}""");

        Thresholds().Should().Equal(0);
        _kernel.Mutations.Should().Be(mutations + 2);
    }

    /// <summary>A difference elsewhere is no reason to read the whole table of the kernel while clients wait.</summary>
    [Fact]
    public async Task Start_SettingDiffers_ComparesOnlyTheSettingsAtOnce()
    {
        const string setting = "net.ipv4.vs.expire_nodest_conn";
        using var settings = new SettingsFolder();
        settings[setting] = "0";
        await LeaveHiddenThresholdAsync();

        await using var again = await StartAsync(Summarize, sysctls: settings.Root);

        settings[setting].Should().Be("1");
        Thresholds().Should().Equal(9);
        await again.PutAsync("/service/other", """{"host": "10.9.0.101", "port": 80}""");
        Thresholds().Should().Equal(0);
    }

    [Fact]
    public async Task Start_SnapshotThatFails_ComparesEverythingAtOnce()
    {
        foreach (var failure in (Exception[])[new IOException("no such file"), new FormatException("not a line")])
        {
            await LeaveHiddenThresholdAsync();
            await using var again = await StartAsync(() => throw failure);

            Thresholds().Should().Equal(0);
        }
    }

    /// <summary>A prefetched snapshot stays in memory until it is requested, so a flush requests it too and ignores its content.</summary>
    [Fact]
    public async Task Start_WithFlush_AsksForTheSnapshotAndDoesNotBelieveIt()
    {
        await LeaveHiddenThresholdAsync();
        var asked = 0;
        await using var again = await StartAsync(() =>
        {
            asked++;
            return Summarize();
        }, flush: true);

        asked.Should().Be(1);
        Thresholds().Should().Equal([0u], "everything was put there again");
    }

    private async Task LeaveHiddenThresholdAsync()
    {
        await using var daemon = await StartAsync();
        await daemon.PutAsync("/service/plain", """{"host": "10.9.0.100", "port": 80, "pulse": {"type": "none"}}""");
        await daemon.PutAsync("/service/plain/b1", """{"host": "10.9.0.21", "port": 80}""");
        daemon.ChangeKernel(kernel => kernel.Apply([new IpvsChange.UpdateDestination(Key("10.9.0.100", 80),
            new Destination(new DestinationKey(IPAddress.Parse("10.9.0.21"), 80)) { Weight = 100, UpperThreshold = 9 })]));
        Thresholds().Should().Equal(9);
    }

    private IEnumerable<uint> Thresholds() => ReadKernel().SelectMany(entry => entry.Destinations).Select(entry => entry.Destination.UpperThreshold);

    /// <summary>The kernel's table as /proc prints it: without thresholds.</summary>
    private IReadOnlyList<ServiceSummary> Summarize() => [.. ReadKernel().Select(entry => new ServiceSummary(
        entry.Service.Service, [.. entry.Destinations.Select(destination => destination.Destination with { UpperThreshold = 0 })]))];
}
