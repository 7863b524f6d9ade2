using System.CommandLine;
using System.CommandLine.Parsing;
using Gorb.Sources.Docker;

namespace Gorb.Cli;

/// <summary>The daemon's options for the Docker link inside it.</summary>
internal sealed class DockerArguments
{
    public Option<bool> IsOn { get; } = new("--docker")
    {
        Description = "Route the containers of the Docker engine, too, as \"gorb docker-link\" does with its defaults.",
    };

    public LabelArguments Labels { get; } = new("With --docker: ");

    /// <summary>All options, in the order of the help.</summary>
    public IEnumerable<Option> All => [IsOn, Labels.Vips, Labels.Ports];

    /// <summary>Reports options that do not fit each other.</summary>
    public void Check(CommandResult result)
    {
        if (!result.GetValue(IsOn) && Labels.FindGiven(result) is { } useless)
        {
            result.AddError($"{useless.Name} limits the labels of containers, and is given without --docker.");
        }
    }

    /// <summary>What labels may do; null when the daemon runs no link.</summary>
    public LabelRules? Read(ParseResult result) => result.GetValue(IsOn) ? Labels.Read(result) : null;
}
