using Gorb.Cli;
using Gorb.Cluster;
using Gorb.Leases;
using Gorb.Tests.Health.Probes;

namespace Gorb.Tests.Cli;

[Collection(Alone.Name)] // defaults come from the environment, which belongs to the whole process
public sealed class ClusterArgumentsTests
{
    [Fact]
    public async Task Options_AreRead()
    {
        DaemonOptions? read = null;
        var root = GorbCommand.Create(
            (options, _) =>
            {
                read = options;
                return Task.FromResult(0);
            },
            (_, _, _) => Task.FromResult(0));

        await root.Parse([
            "--cluster", "etcds://h1,h2/lb", "--cluster-init", "--director", "lb1", "--cluster-ca", "ca", "--cluster-cert", "cert", "--cluster-key", "key", "--cluster-user", "gorb", "--cluster-password-file", "pw",
            "--vip-interface", "eth0", "--priority", "200", "--vip-lease", "10", "--leave-on-stop", "--config", "gorb.yaml"])
            .InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

        read!.Cluster.Should().BeEquivalentTo(new ClusterOptions(ClusterAddress.Parse("etcds://h1,h2/lb"), "lb1") { Brings = true, Authorities = "ca", Certificate = "cert", Key = "key", User = "gorb", PasswordFile = "pw" });
        read.Config.Should().Be("gorb.yaml");
        read.Leases.Should().Be(new LeaseOptions("lb1", 200, TimeSpan.FromSeconds(10)) { LeavesOnStop = true, Peer = PeerAddress.Default });
    }

    [Theory]
    [InlineData("--cluster: 'h1/lb' does not begin with etcd://", "--cluster", "h1/lb")]
    [InlineData("--cluster-init is given without --cluster", "--cluster-init")]
    [InlineData("--director is given without --cluster", "--director", "a")]
    [InlineData("--director 'a b' is not a name", "--cluster", "etcd://h1/lb", "--director", "a b")]
    [InlineData("--cluster-ca is for etcd with TLS, and --cluster names one without; write etcds://HOST/lb", "--cluster", "etcd://h1/lb", "--cluster-ca", "ca")]
    [InlineData("--cluster-key needs --cluster-cert", "--cluster", "etcds://h1/lb", "--cluster-key", "key")]
    [InlineData("--cluster-user needs --cluster-password-file", "--cluster", "etcd://h1/lb", "--cluster-user", "gorb")]
    [InlineData("--cluster-password-file is given without --cluster-user", "--cluster", "etcd://h1/lb", "--cluster-password-file", "pw")]
    [InlineData("--priority is given without --cluster", "--priority", "5")]
    [InlineData("--priority 0 is out of range; 1 to 1000 are possible", "--cluster", "etcd://h1/lb", "--vip-interface", "eth0", "--priority", "0")]
    [InlineData("--priority is given without --vip-interface", "--cluster", "etcd://h1/lb", "--priority", "5")]
    [InlineData("--vip-lease 1 is out of range; 2 to 60 are possible", "--cluster", "etcd://h1/lb", "--vip-interface", "eth0", "--vip-lease", "1")]
    [InlineData("--peer 'lb1' is not an address of this host", "--cluster", "etcd://h1/lb", "--vip-interface", "eth0", "--peer", "lb1")]
    [InlineData("--leave-on-stop is given without --cluster", "--leave-on-stop")]
    public void WhatDoesNotFit_IsRefused(string message, params string[] arguments) =>
        GorbCommand.Create((_, _) => Task.FromResult(0), (_, _, _) => Task.FromResult(0)).Parse(arguments).Errors.Should().ContainSingle().Which.Message.Should().Contain(message);
}
