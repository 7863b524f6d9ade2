using Gorb.Cli;

namespace Gorb.Tests.Cli;

public sealed class VipInterfaceTests
{
    /// <summary>GORB's spelling is a name of its own, not a bundle of -v, -i and others.</summary>
    [Theory]
    [InlineData("--vip-interface")]
    [InlineData("-vipi")]
    public async Task Device_IsRead(string option)
    {
        DaemonOptions? read = null;
        var root = GorbCommand.Create(
            (options, _) =>
            {
                read = options;
                return Task.FromResult(0);
            },
            (_, _, _) => Task.FromResult(0));

        await root.Parse([option, "gorb0"]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        (read!.VipInterface, read.Device, read.Log.Verbose).Should().Be(("gorb0", "eth0", false));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a b")]
    [InlineData("eth0/1")]
    [InlineData("eth0:1")]
    [InlineData("abcdefghijklmnop")]
    public void WhatIsNoDevice_IsRefused(string name) =>
        GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(["--vip-interface", name])
            .Errors.Should().ContainSingle().Which.Message.Should().Contain($"--vip-interface '{name}' is not a device name");
}
