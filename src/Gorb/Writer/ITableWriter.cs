using Gorb.Model;

namespace Gorb.Writer;

/// <summary>
/// Takes the changes of what is wanted: edits of users, declarations of sources, and the ends of drains. Verdicts of checks, tokens and repairs are a director's own and go to its
/// <see cref="TableWriter"/>.
/// </summary>
internal interface ITableWriter
{
    /// <summary>The wanted table. The targets hold all of it.</summary>
    Table Current { get; }

    /// <summary>True if other directors have the same table.</summary>
    bool IsShared { get; }

    /// <summary>Why changes are refused at present; null when they are tried.</summary>
    string? RefusedWrites { get; }

    /// <summary>Notes that a draining backend has no connection in this kernel.</summary>
    /// <returns>True if no other director has one either, as far as that is known.</returns>
    bool NoteIdle(string service, Backend backend);

    /// <inheritdoc cref="TableWriter.Started"/>
    Task Started { get; }

    /// <summary>Posts a change and waits until the targets hold it. Callers with long continuations must yield first.</summary>
    /// <param name="origin">The author of the change.</param>
    /// <param name="edit">Changes the transaction's table, or throws <see cref="RequestException"/>. It may run several times, each time on a fresh table, and must not block.</param>
    /// <exception cref="RequestException">The change was refused and has no effect.</exception>
    Task ChangeAsync(ChangeOrigin origin, Action<Transaction> edit);
}
