"""How the heart-disease study was done, and what we think of it: for the model card.

Detrano et al., Am J Cardiol 1989;64:304-310. What neither the paper nor the public files let
us know is said to be unknown.
"""

from __future__ import annotations

from model.studies.study import Appraisal, Conduct, Judgement

CONDUCT = Conduct(
    context="A diagnostic question: has a patient who was referred for coronary angiography an "
    "artery narrowed by more than half? Angiography is invasive; a good estimate beforehand, "
    "with its uncertainty, shows what each finding is worth.",
    earlier_models="The Cleveland patients gave the discriminant function of Detrano et al. 1989, "
    "which classified 77 %, 79 % and 81 % of the patients of that paper's three test cohorts "
    "correctly. Many models were trained on these data since, some of them on miscoded copies.",
    inequalities="Women with coronary disease are known to reach angiography less often than men "
    "(Ayanian & Epstein, N Engl J Med 1991;325:221-225), and two in three patients here are men. "
    "Race, ethnicity, income and insurance were not recorded, so nothing can be said about them.",
    source="Clinical cohorts of patients undergoing angiography, published for re-use. They were "
    "chosen because they are open, well known and have patients from other hospitals; they do not "
    "represent patients of today, nor people who are not referred.",
    dates="Cleveland: 1981 to 1984. The dates of the other hospitals are not in the public files; "
    "all lie before 1989. There is no follow-up: the outcome is read from the angiogram.",
    setting="Tertiary care, one hospital: the Cleveland Clinic. Reported apart: the Hungarian "
    "Institute of Cardiology in Budapest, the V.A. Medical Center in Long Beach, and the "
    "university hospitals of Zurich and Basel.",
    eligibility="Adults who underwent coronary angiography. The criteria of the original study are "
    "not in the public files; nobody in these files was left out here. They hold fewer Hungarian "
    "and Swiss patients than the paper; why is not documented.",
    treatment="Drugs taken at the time, which change pulse and ST segment, are not part of the "
    "published table and could not be taken into account.",
    preparation="The table holds the public files value by value, checked against the originals. "
    "Question marks are missing values; a cholesterol or blood pressure of 0 is a missing value "
    "too. Nothing else was changed, and nothing differently for women and men.",
    outcome="A major coronary vessel narrowed by more than 50 % of its diameter on the angiogram, "
    "at the time of the examination: diagnostic, with no time horizon. The threshold is the "
    "original investigators'. The same procedure was used for women and men.",
    outcome_reading="Angiograms are read by eye. Who read them, and whether they knew the other "
    "findings, is not in the public files and counts as unclear.",
    predictor_choice="The 13 inputs that the original investigators published in processed form, "
    "from 76 they had recorded. All were used; none was selected here by its association with the "
    "outcome.",
    predictor_reading="Chest pain, ST slope and both imaging findings are judgements of a reader. "
    "Who read them, and whether the outcome or the other findings were known, is not in the public "
    "files and counts as unclear.",
    site_differences="The other hospitals examined other patients (more disease in Long Beach and "
    "in Switzerland, less in Hungary), left out most fluoroscopies and thallium scans, and "
    "Switzerland recorded no cholesterol. The outcome is defined alike.",
    ethics="Secondary analysis of public, de-identified data; no new approval was sought. The "
    "approval and consent of the original study are not described in the public files.",
    funding="No funding is declared for this analysis.",
    interests="No conflicts of interest are declared.",
    protocol="No protocol was published before the analysis. The plan (subgroups, sites, blanked "
    "tests, expectations) is part of the study's declaration in the code and changes only with it.",
    registration="The study is not registered.",
    involvement="There was no patient and public involvement.",
    next_steps="Recalibration and evaluation in patients examined today, with a protocol published "
    "beforehand, before any thought of use; enough women and enough patients with chest pain to "
    "see whether the missed disease there can be found.",
)

APPRAISAL = Appraisal(
    development={
        "Participants and data sources": Judgement(
            "high",
            "One hospital, 1981 to 1984, and only patients somebody had already referred for "
            "angiography: referral bias in every predictor. Asymptomatic patients in this cohort "
            "had a reason to be examined, so that having no pain looks dangerous.",
        ),
        "Predictors": Judgement(
            "unclear",
            "Defined alike for all patients, but whether readers were blinded is not known, and "
            "fluoroscopy comes close in time and kind to the angiogram that is the outcome.",
        ),
        "Outcome": Judgement(
            "unclear",
            "A standard reference test done in everybody, but read by eye, by readers about whom "
            "nothing is known, and split at one threshold.",
        ),
    },
    evaluation={
        "Participants and data sources": Judgement(
            "high",
            "Internal evaluation is on the same referred patients. The other hospitals were chosen "
            "for being available, and fewer of their patients are public than were studied.",
        ),
        "Predictors": Judgement(
            "high",
            "At the other hospitals most fluoroscopies and thallium scans, and in Switzerland "
            "cholesterol, were not recorded: what is evaluated there is mostly the submodels "
            "without them.",
        ),
        "Outcome": Judgement(
            "unclear",
            "Defined alike at all sites; blinding and the agreement between readers are not known.",
        ),
    },
    applicability={
        "Participants and data sources": Judgement(
            "high",
            "Patients referred for angiography forty years ago, nearly half of them diseased. "
            "Patients of today differ in age, treatment and how often they have the disease.",
        ),
        "Predictors": Judgement(
            "high",
            "Cardiac fluoroscopy and thallium scans of the 1980s have given way to CT and other "
            "imaging; the values cannot be had in the same way today.",
        ),
        "Outcome": Judgement(
            "low",
            "The narrowing is the one a reader has in mind, although treatment today is decided by "
            "flow as well as by diameter.",
        ),
    },
)
