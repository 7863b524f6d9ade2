using Gorb.Ipvs;
using Gorb.Model.Checks;
using Gorb.Model.Policy;
using Duration = Gorb.Model.Descriptions.DurationMember<Gorb.Model.BackendSpec>;
using Number = Gorb.Model.Descriptions.NumberMember<Gorb.Model.BackendSpec>;
using ReaderFlag = Gorb.Model.Descriptions.ReaderFlag<Gorb.Model.BackendSpec>;
using ReaderNumber = Gorb.Model.Descriptions.ReaderNumber<Gorb.Model.BackendSpec>;
using ReaderText = Gorb.Model.Descriptions.ReaderText<Gorb.Model.BackendSpec>;
using ReaderValue = Gorb.Model.Descriptions.ReaderValue<Gorb.Model.BackendSpec>;

namespace Gorb.Model.Descriptions;

/// <summary>The members of a backend. A self-contained member is added here and in <see cref="BackendSpec"/>; the target or the policy implements its effect.</summary>
internal static class BackendDescription
{
    /// <summary>Read by name, because only one method allows tunnel options.</summary>
    public static WordMember<BackendSpec, ForwardingMethod> Method { get; } = new(
        "method",
        "`nat`, `dr` or `tunnel` (`ipip` is the same as `tunnel`).",
        KernelWords.Forwarding,
        static spec => spec.Method,
        static (spec, value) => spec with { Method = value })
    {
        Default = "`nat`",
        See = "[forwarding methods](concepts.md#forwarding-methods)",
        IsReadByName = true,
        IsAlwaysShown = true,
        StoredName = null,
    };

    /// <summary>Read by name, because 0 in a PUT means the default weight unless the backend has weight 0 already.</summary>
    public static Number Weight { get; } = new(
        "weight",
        "Share of new connections, 0 to 2147483647. In a PUT, 0 means 100, but leaves a backend that has weight 0 as it is; in a PATCH, 0 quiesces.",
        0,
        int.MaxValue,
        static spec => spec.Weight,
        static (spec, value) => spec with { Weight = (int)value })
    {
        Default = "100",
        Usual = BackendSpec.DefaultWeight,
        IsReadByName = true,
        IsAlwaysShown = true,
        StoredName = null,
    };

    /// <summary>Read by name, because it is the upper bound of the lower threshold.</summary>
    public static Number UpperThreshold { get; } = new(
        "upper_threshold",
        "Number of connections at which the backend gets no new ones.",
        0,
        int.MaxValue,
        static spec => spec.UpperThreshold,
        static (spec, value) => spec with { UpperThreshold = (uint)value })
    {
        Default = "no limit",
        IsReadByName = true,
    };

    /// <inheritdoc cref="UpperThreshold"/>
    public static Number LowerThreshold { get; } = new(
        "lower_threshold",
        "Number of connections below which the backend gets new ones again.",
        0,
        int.MaxValue,
        static spec => spec.LowerThreshold,
        static (spec, value) => spec with { LowerThreshold = (uint)value })
    {
        Default = "three quarters of the upper threshold",
        IsReadByName = true,
    };

    public static Description<BackendSpec> All { get; } = new(
        "BackendBody",
        "A backend as it is written (PUT, PATCH) and as GET shows it under \"options\".",
        [
            new ReaderText("host", "The backend's address or name. A name is resolved when it is given, not again later.", static spec => spec.Host) { Default = "required" },
            new ReaderNumber(
                "port",
                "The backend's port, 1 to 65535; optional when the service is for every port or by firewall mark. `dr` and `tunnel` need the service's own port.",
                static spec => spec.Port)
            {
                Default = "required",
            },
            Method,
            Weight,
            new ReaderObject<BackendSpec, TunnelOptions>("tunnel", TunnelDescription.All, static spec => spec.Method == ForwardingMethod.Tunnel, static spec => spec.Tunnel),
            UpperThreshold,
            LowerThreshold,
            new ReaderValue(
                "pulse",
                "The health check, or a list of them that must all pass: "
                    + "`{\"type\": \"tcp\", \"interval\": \"5s\", \"timeout\": \"2s\", \"rise\": 2, \"fall\": 3, \"args\": {}}`.",
                static spec => SecretHeaders.Hide(spec.Pulse))
            {
                Default = "the service's, else `tcp`; none in services of UDP and SCTP",
                See = "[health checks](health-checks.md)",
            },
            new ReaderFlag("drain", "`true`: no new connections, as weight 0, and `GET` shows how many are left. It is not removed.", static spec => spec.Drain is null ? null : true)
            {
                Default = "`false`",
            },
            new WordMember<BackendSpec, Force>(
                "force",
                "`up` or `down`: overrules the checks until it is `none` (or `null`) again.",
                PolicyWords.Force,
                static spec => spec.Force,
                static (spec, value) => spec with { Force = value })
            {
                Default = "`none`",
            },
            new Duration(
                "drain_on_removal",
                "How long the backend may run empty once its source no longer declares it: `30s`.",
                MaxDrainOnRemoval,
                "not at all",
                static spec => spec.DrainOnRemoval,
                static (spec, value) => spec with { DrainOnRemoval = value })
            {
                Default = "none",
            },
            new ReaderText("vsid", "The name of the service, as some of GORB's clients send it; must be the one in the path.", static _ => null),
        ]);

    private static TimeSpan MaxDrainOnRemoval => TimeSpan.FromDays(30);
}
