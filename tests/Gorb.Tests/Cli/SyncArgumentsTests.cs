using Gorb.Cli;
using Gorb.Targets.Host.Sync;

namespace Gorb.Tests.Cli;

public sealed class SyncArgumentsTests
{
    [Fact]
    public async Task InterfaceAndId_AreRead()
    {
        DaemonOptions? read = null;
        var root = GorbCommand.Create(
            (options, _) =>
            {
                read = options;
                return Task.FromResult(0);
            },
            (_, _, _) => Task.FromResult(0));

        await root.Parse(["--sync-interface", "eth1", "--sync-id", "255"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        read!.Sync.Should().Be(new SyncOptions("eth1", 255));
    }

    [Theory]
    [InlineData("--sync-interface 'a/b' is not a device name", "--sync-interface", "a/b", "--sync-id", "7")]
    [InlineData("--sync-id '0' is not a number from 1 to 255", "--sync-interface", "eth1", "--sync-id", "0")]
    [InlineData("--sync-id '256' is not a number from 1 to 255", "--sync-interface", "eth1", "--sync-id", "256")]
    [InlineData("--sync-interface needs --sync-id", "--sync-interface", "eth1")]
    [InlineData("--sync-id is given without --sync-interface", "--sync-id", "7")]
    public void WhatDoesNotFit_IsRefused(string message, params string[] arguments) =>
        GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(arguments).Errors.Should().ContainSingle().Which.Message.Should().Contain(message);
}
