using System.Net;
using Gorb.Ipvs;
using Gorb.KernelTests.Lab;

namespace Gorb.KernelTests.Library;

/// <summary>The kernel's refusals, and the library's explanations.</summary>
public sealed class RefusalTests : LibraryTest
{
    /// <summary>A change, its errno on a table with <see cref="LibraryTest.Web"/> and its backend 1, and a part of the explanation.</summary>
    private static readonly (IpvsChange Change, Errno Errno, string Word)[] Refusals =
    [
        (new IpvsChange.AddService(new VirtualService(Web)), Errno.EEXIST, "there already"),
        (new IpvsChange.UpdateService(new VirtualService(Mark)), Errno.ESRCH, "not there"),
        (new IpvsChange.RemoveService(Mark), Errno.ESRCH, "not there"),
        (new IpvsChange.AddService(new VirtualService(Mark) { Scheduler = "nonesuch" }), Errno.ENOENT, "load module ip_vs_nonesuch"),
        (new IpvsChange.AddService(new VirtualService(Mark) { PersistenceEngine = "nonesuch" }), Errno.ENOENT, "load module ip_vs_pe_nonesuch"),
        (new IpvsChange.AddDestination(Web, new Destination(Backend(1))), Errno.EEXIST, "there already"),
        (new IpvsChange.AddDestination(Mark, new Destination(Backend(1))), Errno.ESRCH, "not there"),
        (new IpvsChange.UpdateDestination(Web, new Destination(Backend(2))), Errno.ENOENT, "not there"),
        (new IpvsChange.RemoveDestination(Web, Backend(2)), Errno.ENOENT, "not there"),
        (new IpvsChange.AddDestination(Web, new Destination(new DestinationKey(IPAddress.Parse("224.0.0.1"), 80))), Errno.EINVAL, "unicast"),
    ];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Refusals.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Refusal_IsExplained(int number)
    {
        Apply(new IpvsChange.AddService(new VirtualService(Web)), new IpvsChange.AddDestination(Web, new Destination(Backend(1))));
        var (change, errno, word) = Refusals[number];

        var error = Client.Apply([change]).Single().Error!;

        error.Errno.Should().Be(errno);
        error.Message.Should().Contain(change.Service.ToString()).And.Contain(word);
        error.IsNotFound.Should().Be(word == "not there");
        error.IsConflict.Should().Be(word == "there already");
        error.IsSchedulerMissing.Should().Be(word.StartsWith("load", StringComparison.Ordinal));
    }

    [Fact]
    public void RefusedChange_StopsNoneOfTheOthers()
    {
        IpvsChange[] changes =
        [
            new IpvsChange.AddService(new VirtualService(Web)),
            .. Enumerable.Range(0, 500).Select(i => new IpvsChange.AddDestination(Web, new Destination(Backend(i / 2)))),
        ];

        var results = Client.Apply(changes);

        results.Select(result => result.Change).Should().Equal(changes);
        results.Skip(1).Select((result, i) => result.Succeeded == (i % 2 == 0)).Should().NotContain(false);
        Client.GetDestinations(Web).Should().HaveCount(250);
    }

    [Fact]
    public async Task WithoutThePrivilege_ItSaysWhatIsNeeded()
    {
        // The daemon runs as nobody (65534), without capabilities.
        await using var gorb = new LoggedProcess("setpriv", "--reuid=65534", "--clear-groups", Repository.Gorb, "-l", "127.0.0.1:14600", "--state", "none");

        await gorb.LogsAsync("CAP_NET_ADMIN in the initial user namespace");

        (await gorb.TerminateAsync()).Should().Be(0);
    }

    [Fact]
    public void InANamespaceWhoseLoopbackIsDown_ADestinationIsRefusedAndExplained()
    {
        Shell.Run("ip", "netns", "add", "lodown");
        try
        {
            var error = NetworkNamespace.Run("lodown", () =>
            {
                using var client = IpvsClient.Create();
                return client.Apply([new IpvsChange.AddService(new VirtualService(Web)), new IpvsChange.AddDestination(Web, new Destination(Backend(1)))])[1].Error!;
            });

            error.Errno.Should().Be(Errno.EINVAL);
            error.Cause.Should().Contain("ip link set lo up");
        }
        finally
        {
            Shell.Run("ip", "netns", "delete", "lodown");
        }
    }
}
