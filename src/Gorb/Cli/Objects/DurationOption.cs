using System.CommandLine;
using Gorb.Model.Text;

namespace Gorb.Cli.Objects;

/// <summary>Options that take a time, such as 30s.</summary>
internal static class DurationOption
{
    /// <param name="name">The name of the option.</param>
    /// <param name="description">The help.</param>
    /// <param name="usual">The default.</param>
    public static Option<TimeSpan> Create(string name, string description, TimeSpan usual) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!Duration.TryParse(text, out var time))
            {
                result.AddError($"{name} '{text}' is not a time; write \"30s\", \"5m\" or \"1m30s\".");
            }

            return time;
        },
    };
}
