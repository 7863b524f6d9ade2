using Gorb.Model.Checks;
using Gorb.Model.Text;
using Number = Gorb.Model.Descriptions.NumberMember<Gorb.Model.Checks.PulseOptions>;
using ReaderText = Gorb.Model.Descriptions.ReaderText<Gorb.Model.Checks.PulseOptions>;

namespace Gorb.Model.Descriptions;

/// <summary>The members of a check.</summary>
internal static class PulseDescription
{
    /// <summary>The upper bound of rise and fall; larger values have no use.</summary>
    private const int MaxInARow = 1000;

    public static Number Rise { get; } = new(
        "rise", "Number of successes in a row that bring the backend back up.", 1, MaxInARow, static check => check.Rise, static (check, value) => check with { Rise = (int)value })
    {
        Default = "2",
        Usual = PulseOptions.DefaultRise,
        IsReadByName = true,
        IsAlwaysShown = true,
    };

    public static Number Fall { get; } = new(
        "fall", "Number of failures in a row that take the backend down.", 1, MaxInARow, static check => check.Fall, static (check, value) => check with { Fall = (int)value })
    {
        Default = "3",
        Usual = PulseOptions.DefaultFall,
        IsReadByName = true,
        IsAlwaysShown = true,
    };

    public static WordMember<PulseOptions, CheckVia> Via { get; } = new(
        "via",
        "`path`: the check asks the virtual address, through IPVS, as a client does; see [checks by path](health-checks.md#checks-by-path).",
        new Words<CheckVia>(new(CheckVia.Direct, "direct"), new(CheckVia.Path, "path")),
        static check => check.Via,
        static (check, value) => check with { Via = value })
    {
        Default = "`direct`: the backend's own address",
        IsReadByName = true,
    };

    public static Description<PulseOptions> All { get; } = new(
        "Pulse",
        "A health check.",
        [
            new ReaderText("type", "The type of check, see below.", static check => check.Args.Type) { Default = "`tcp`" },
            Via,
            new ReaderText(
                "interval",
                "Time from the start of one check to the start of the next; at least 100ms.",
                static check => Duration.Format(check.Interval))
            {
                Default = "`5s`",
            },
            new ReaderText(
                "timeout",
                "The longest duration of a check, from the connect to the last byte; at most the interval. "
                    + "Before that, resolving a host name may take the same time again.",
                static check => Duration.Format(check.Timeout))
            {
                Default = "`2s`, or the interval if that is shorter",
            },
            Rise,
            Fall,
            new ReaderText(
                "backoff",
                "While the backend is down, the interval doubles with each failure, up to this time.",
                static check => check.BackOff is { } longest ? Duration.Format(longest) : null)
            {
                Default = "off",
            },
            new ReaderMember<PulseOptions>("args", MemberKind.Object, "Arguments of the type.", static (json, key, check) =>
            {
                json.WriteStartObject(key);
                ArgsDescription.ShowMembers(json, check.Args);
                json.WriteEndObject();
            })
            {
                Default = "`{}`",
            },
        ]);
}
