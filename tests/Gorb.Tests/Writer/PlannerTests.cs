using System.Net;
using Gorb.Ipvs;
using Gorb.Model;
using Gorb.Model.Policy;
using Gorb.Targets.Ipvs;

namespace Gorb.Tests.Writer;

public sealed class PlannerTests
{
    private static readonly ServiceSpec Spec = new() { Key = Key(80) };

    private static readonly string[] Methods = ["rr", "wrr", "sh", "dh", "mh"];

    [Fact]
    public void Plan_NewService_AddsItThenItsBackends()
    {
        var changes = Planner.Plan(null, Service(Spec, ("a", 1), ("b", 2)));

        changes.Select(change => change.GetType().Name).Should().Equal("AddService", "AddDestination", "AddDestination");
    }

    [Theory]
    [InlineData("wrr", 17, "none")]
    [InlineData("mh", 17, "none")]
    [InlineData("mh", 16, "mh")]
    [InlineData("wlc", 17, "wlc")]
    public void Plan_LargeNewService_IsFilledBeforeItGetsADearScheduler(string method, int backends, string first)
    {
        var service = Service(Spec with { Method = method }, [.. Enumerable.Range(1, backends).Select(i => ($"b{i}", i))]);

        var changes = Planner.Plan(null, service).ToList();

        changes[0].Should().BeOfType<IpvsChange.AddService>().Which.Settings.Scheduler.Should().Be(first);
        changes.OfType<IpvsChange.UpdateService>().Select(change => change.Settings.Scheduler).Should().Equal(first == "none" ? [method] : []);
        changes.Count(change => change is IpvsChange.AddDestination).Should().Be(backends);
    }

    [Fact]
    public void Plan_SameService_IsNothing() =>
        Planner.Plan(Service(Spec, ("a", 1)), Service(Spec with { Grace = TimeSpan.FromSeconds(1) }, ("a", 1))).Should().BeEmpty();

    [Fact]
    public void Plan_OtherScheduler_UpdatesInPlace() =>
        Planner.Plan(Service(Spec, ("a", 1)), Service(Spec with { Method = "rr" }, ("a", 1)))
            .Should().ContainSingle().Which.Should().BeOfType<IpvsChange.UpdateService>();

    [Fact]
    public void Plan_OtherBackends_AddsBeforeItRemoves() =>
        Planner.Plan(Service(Spec, ("a", 1), ("b", 2)), Service(Spec, ("b", 2), ("c", 3)))
            .Should().Equal(
                new IpvsChange.AddDestination(Spec.Key, Destination(3)),
                new IpvsChange.RemoveDestination(Spec.Key, Destination(1).Key));

    [Fact]
    public void Plan_RenamedBackend_IsNothing() =>
        Planner.Plan(Service(Spec, ("a", 1)), Service(Spec, ("z", 1))).Should().BeEmpty();

    [Fact]
    public void Plan_OtherPort_FillsTheNewServiceBeforeTheOldOneGoes() =>
        Planner.Plan(Service(Spec, ("a", 1)), Service(Spec with { Key = Key(81) }, ("a", 1)))
            .Select(change => (change.GetType().Name, change.Service))
            .Should().Equal(("AddService", Key(81)), ("AddDestination", Key(81)), ("RemoveService", Key(80)));

    [Fact]
    public void Plan_DestinationOfOthers_IsLeftAlone()
    {
        var have = KernelMapping.ToKernel(Service(Spec, ("a", 1), ("foreign", 9)));
        var want = KernelMapping.ToKernel(Service(Spec));

        Planner.Plan(have, want, destination => destination == Destination(1).Key)
            .Should().Equal(new IpvsChange.RemoveDestination(Spec.Key, Destination(1).Key));
    }

    /// <summary>For any two tables, the plan turns the first into the second.</summary>
    [Fact]
    public void Plan_RandomServices_LeadsFromOneToTheOther()
    {
        var random = new Random(4672);
        for (var i = 0; i < 500; i++)
        {
            var (from, to) = (RandomService(random), RandomService(random));
            var table = new Dictionary<ServiceKey, (VirtualService Settings, Dictionary<DestinationKey, Destination> Destinations)>();
            Play(table, Planner.Plan(null, from));
            Play(table, Planner.Plan(from, to));

            var want = KernelMapping.ToKernel(to);
            table.Should().ContainSingle();
            table[to.Spec.Key].Settings.Should().Be(want.Settings);
            table[to.Spec.Key].Destinations.Values.Should().BeEquivalentTo(want.Destinations);
        }
    }

    /// <summary>Weights depend on all backends of a service, so an unchanged backend object may still need a new weight; names may also be exchanged.</summary>
    [Fact]
    public void Plan_VersionsThatShareBackends_IsThePlanOfAllThatTheyAre()
    {
        var random = new Random(2015);
        for (var i = 0; i < 2000; i++)
        {
            var old = RandomPolicy(Changed(Changed(RandomService(random), random), random), random);
            var now = RandomPolicy(Changed(old, random), random);

            Planner.Plan(old, now).Should().Equal(Planner.Plan(KernelMapping.ToKernel(old), KernelMapping.ToKernel(now), static _ => true));
        }
    }

    private static Service RandomPolicy(Service service, Random random) => random.Next(3) == 0 ? service : service with
    {
        Spec = service.Spec with
        {
            Key = Spec.Key,
            Fallback = (Fallback)random.Next(3),
            Sorry = new SorrySpec { Address = IPAddress.Parse("10.0.0.99"), Port = (ushort)random.Next(80, 82) },
        },
    };

    private static Service Changed(Service service, Random random) =>
        service with { Backends = Backends.Of([.. service.Backends.Values.Select(backend => RandomChange(backend, random)).OfType<Backend>()]) };

    private static Backend? RandomChange(Backend backend, Random random) => random.Next(8) switch
    {
        0 => null,
        1 => backend with { Name = $"b{random.Next(6, 9)}" },
        2 or 3 => backend with { Health = new BackendHealth(Verdict.Down) },
        4 => backend with { Spec = backend.Spec with { Weight = 7 } },
        _ => backend,
    };

    private static void Play(
        Dictionary<ServiceKey, (VirtualService Settings, Dictionary<DestinationKey, Destination> Destinations)> table, IEnumerable<IpvsChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case IpvsChange.AddService add:
                    table.Add(add.Service, (add.Settings, []));
                    break;
                case IpvsChange.UpdateService update:
                    table[update.Service] = (update.Settings, table[update.Service].Destinations);
                    break;
                case IpvsChange.RemoveService remove:
                    table.Remove(remove.Service).Should().BeTrue();
                    break;
                case IpvsChange.AddDestination add:
                    table[add.Service].Destinations.Add(add.Settings.Key, add.Settings);
                    break;
                case IpvsChange.UpdateDestination update:
                    table[update.Service].Destinations.Should().ContainKey(update.Settings.Key);
                    table[update.Service].Destinations[update.Settings.Key] = update.Settings;
                    break;
                case IpvsChange.RemoveDestination remove:
                    table[remove.Service].Destinations.Remove(remove.Key).Should().BeTrue();
                    break;
            }
        }
    }

    private static Service RandomService(Random random)
    {
        var spec = Spec with { Key = Key((ushort)random.Next(80, 82)), Method = Methods[random.Next(Methods.Length)], WhenDown = (WhenDown)random.Next(3) };
        var service = Gorb.Model.Service.Create("s", spec);
        foreach (var host in Enumerable.Range(1, 5).Where(_ => random.Next(2) == 0))
        {
            var backend = new Backend($"b{host}", Backend(host) with { Weight = random.Next(3) }, default);
            service = service with { Backends = service.Backends.With(backend) };
        }

        return service;
    }

    private static Service Service(ServiceSpec spec, params (string Name, int Host)[] backends) =>
        Gorb.Model.Service.Create("s", spec) with
        {
            Backends = Backends.Of([.. backends.Select(b => new Backend(b.Name, Backend(b.Host), default))]),
        };

    private static BackendSpec Backend(int host) => new() { Host = $"10.0.0.{host}", Address = IPAddress.Parse($"10.0.0.{host}"), Port = 80 };

    private static Destination Destination(int host) => KernelMapping.ToDestination(new Backend("", Backend(host), default), BackendSpec.DefaultWeight);

    private static ServiceKey Key(ushort port) => ServiceKey.ForAddress(TransportProtocol.Tcp, IPAddress.Parse("10.9.0.100"), port);
}
