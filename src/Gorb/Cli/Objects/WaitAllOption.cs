using System.CommandLine;
using Gorb.Model.Text;

namespace Gorb.Cli.Objects;

/// <summary>The option of verbs that change the table: wait for all directors of the cluster.</summary>
internal static class WaitAllOption
{
    private static readonly TimeSpan None = TimeSpan.Zero;

    public static Option<TimeSpan> Create() => DurationOption.Create(
        "--wait-all", "Wait until every live director of the cluster has the change in its kernel, for this time at most (1m). Without it: until the daemon that is asked has it.", None);

    /// <summary>The members of a query; empty without the option.</summary>
    /// <param name="time">The value of the option.</param>
    public static string Query(TimeSpan time) => time == None ? "" : $"wait=all&timeout={Duration.Format(time)}";
}
