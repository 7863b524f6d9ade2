using System.CommandLine;
using System.Text.RegularExpressions;
using Gorb.Cli;
using Gorb.Tests.Verbs;

namespace Gorb.Tests.Cli;

/// <summary>The lines that the lab runs (EveryVerbTests, HolderTests) have every verb.</summary>
public sealed class VerbCaseTests
{
    public static TheoryData<string> Verbs => [.. FindVerbs(GorbCommand.Create(static (_, _) => Task.FromResult(0), static (_, _, _) => Task.FromResult(0)), "")];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Verb_IsRunOnceRight_AndOnceWrong(string verb)
    {
        var cases = VerbCases.All.Where(one => one.Verb == verb).ToList();

        cases.Should().Contain(static one => one.IsRight).And.Contain(static one => !one.IsRight);
        cases.Should().OnlyContain(one => Regex.IsMatch(one.Line, $@"gorb {verb}(?![-\w])"));
    }

    [Fact]
    public void NoCase_IsOfAVerbThatIsGone() => VerbCases.All.Select(static one => one.Verb).Distinct().Should().BeSubsetOf(Verbs.Select(static row => row.Data));

    private static IEnumerable<string> FindVerbs(Command command, string name)
    {
        foreach (var verb in command.Subcommands.Where(static verb => !verb.Hidden))
        {
            var full = $"{name}{verb.Name}";
            if (verb.Action is not null)
            {
                yield return full;
            }

            foreach (var below in FindVerbs(verb, $"{full} "))
            {
                yield return below;
            }
        }
    }
}
