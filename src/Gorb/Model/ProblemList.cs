using System.Collections;
using System.Globalization;

namespace Gorb.Model;

/// <summary>
/// Collects what is wrong with a request. It keeps one problem more than are told and drops the others: a body of a megabyte can hold a hundred thousand, and an answer
/// must not be larger than its question.
/// </summary>
internal sealed class ProblemList : IReadOnlyList<Problem>
{
    /// <summary>How many problems an answer holds at most.</summary>
    public const int MaxTold = 100;

    private const int MaxFieldLength = 200;
    private const int MaxValueLength = 100;
    private const int MaxTextLength = 600;

    private static readonly Problem More = new(null, null, $"only the first {MaxTold} problems are told, and there may be more; correct these first");

    private readonly List<Problem> _problems = [];

    public int Count => _problems.Count;

    /// <summary>True when there are more than will be told, so that reading may stop.</summary>
    public bool IsFull => _problems.Count > MaxTold;

    public Problem this[int index] => _problems[index];

    public void Add(Problem problem)
    {
        if (!IsFull)
        {
            _problems.Add(problem);
        }
    }

    public void AddRange(IEnumerable<Problem> problems)
    {
        foreach (var problem in problems)
        {
            if (IsFull)
            {
                return;
            }

            _problems.Add(problem);
        }
    }

    public IEnumerator<Problem> GetEnumerator() => _problems.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The problems as they are told: not too many, none too long, and each hint once.</summary>
    public static IReadOnlyList<Problem> Tell(IReadOnlyList<Problem> problems)
    {
        var hints = new HashSet<string>();
        var told = problems.Take(MaxTold).Select(problem => Tell(problem, hints)).ToList();
        if (problems.Count > MaxTold)
        {
            told.Add(More);
        }

        return told;
    }

    /// <summary>A text as far as a problem has room for it.</summary>
    public static string Shorten(string text, int room = MaxValueLength) =>
        text.Length <= room ? text : string.Create(CultureInfo.InvariantCulture, $"{Whole(text, room)}... ({text.Length} characters)");

    private static Problem Tell(Problem problem, HashSet<string> hints)
    {
        var text = problem.Hint is { } hint && hints.Add(hint) ? $"{problem.Text}; {hint}" : problem.Text;
        return problem with
        {
            Field = problem.Field is { } field ? Cut(field, MaxFieldLength) : null,
            Value = problem.Value is string value ? Cut(value, MaxValueLength + 30) : problem.Value, // that of a JSON value is shortened already
            Text = Cut(text, MaxTextLength),
            Hint = null,
        };
    }

    private static string Cut(string text, int room) => text.Length <= room ? text : $"{Whole(text, room)}...";

    /// <summary>The beginning of a text that does not end in half of a character.</summary>
    private static ReadOnlySpan<char> Whole(string text, int room) => text.AsSpan(0, char.IsHighSurrogate(text[room - 1]) ? room - 1 : room);
}
